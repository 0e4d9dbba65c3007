"""The changes of an amendment as text: names of rows and fields, and values before and after."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

from pledges.domain.numbers import plain
from pledges.models import Amendment
from pledges.workflow.merging import Merge, described, row_of

# Fields that mean nothing to a reader, or too much: the text of a page.
HIDDEN = {"id", "search_text", "edited_fields", "text"}


@dataclass(frozen=True)
class AmendedField:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class AmendedRow:
    name: str
    fields: list[AmendedField]


def amended_rows(amendment: Amendment, most: int | None = None) -> list[AmendedRow]:
    """Return the rows that an amendment changes, at most the given number of them."""
    names = {(merge["kind"], merge["key"]): merge["names"][0] for merge in amendment.merges}
    if amendment.parted:
        names["official", amendment.parted["key"]] = amendment.parted["slug"]
    return [AmendedRow(row_name(change), _fields(change, names)) for change in amendment.changes[:most]]


def merged_rows(merges: Iterable[Merge]) -> list[AmendedRow]:
    """Return a row for each merge, with the fields in which the two rows differ."""
    return [AmendedRow(str(merge), _differences(merge.old, merge.new)) for merge in merges]


def merges_of(amendment: Amendment) -> list[AmendedRow]:
    """Return the merges of an amendment. Until its approval they have the fields in which the two rows differ."""
    rows = []
    for merge in amendment.merges:
        old, new = row_of(merge["kind"], merge["old"]), row_of(merge["kind"], merge["new"])
        fields = _differences(old, new) if old and new else []
        rows.append(AmendedRow(described(merge["kind"], *merge["names"]), fields))
    return rows


def amended_names(amendment: Amendment) -> list[str]:
    """Return the merges of an amendment or, without any, the names of the rows that it changes."""
    merges = [described(merge["kind"], *merge["names"]) for merge in amendment.merges]
    return merges or [row_name(change) for change in amendment.changes]


def row_name(change: dict[str, Any]) -> str:
    """Return the kind and the name of the row that a change of an amendment concerns."""
    meta: Any = _model(change)._meta
    row = meta.default_manager.filter(pk=change["key"]).first()
    return f"{meta.verbose_name} {row or change['key']}"


def _model(change: dict[str, Any]) -> type[models.Model]:
    return next(
        model
        for model in apps.get_app_config("pledges").get_models()
        if model._meta.db_table == f"pledges_{change['table']}"
    )


def _differences(old: Any, new: Any) -> list[AmendedField]:
    shown = [field for field in old._meta.concrete_fields if field.name not in HIDDEN]
    values = [(field, field.value_from_object(old), field.value_from_object(new)) for field in shown]
    return [
        AmendedField(str(field.verbose_name), _as_text(field, before, {}), _as_text(field, after, {}))
        for field, before, after in values
        if before != after
    ]


def _fields(change: dict[str, Any], names: Mapping[tuple[str, str], str]) -> list[AmendedField]:
    fields = {field.column: field for field in _model(change)._meta.concrete_fields}
    return [
        AmendedField(
            str(fields[column].verbose_name),
            _as_text(fields[column], before, names),
            _as_text(fields[column], change["after"][column], names),
        )
        for column, before in change["before"].items()
        if column in fields
    ]


def _as_text(field: Any, value: Any, names: Mapping[tuple[str, str], str]) -> str:
    """Return a value as text. `names` has the names of rows that are no longer, or not yet, in the record."""
    if value is None:
        return ""
    if field.is_relation:
        row = field.related_model._meta.default_manager.filter(pk=value).first()
        return str(row or names.get((field.related_model._meta.model_name, str(value)), value))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.DecimalField):
        return plain(field.to_python(value))
    return str(value)
