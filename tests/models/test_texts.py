"""Columns with cleaned texts, and the constraints that reject other texts."""

import unicodedata
from collections.abc import Callable

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import CharField, Field, Model, TextField

from pledges.domain.text import clean_line, clean_name, clean_text
from pledges.models import District, Document, Evidence, Official, Pledge, Unit
from pledges.models.choices import ReviewState
from pledges.models.texts import LineField, MultilineField, NameField, QuoteField
from tests.factories import Record, make_follow_up, make_official
from tests.violations import assert_violates

CLEANED = (NameField, LineField, QuoteField, MultilineField)


def _characters() -> list[str]:
    """All characters that PostgreSQL can store and Python knows, except most for private use."""
    known = (chr(code) for code in [*range(1, 0xD800), *range(0xF8F0, 0xF0010), *range(0x10FF00, 0x110000)])
    return [each for each in known if unicodedata.category(each) != "Cn" or ord(each) & 0xFFFE == 0xFFFE]


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("template", ["{}", "a{}b", "中 {}•"])
def test_database_and_python_agree_on_all_of_unicode(template: str) -> None:
    texts = [template.format(character) for character in _characters()]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT content, pledges_is_clean_name(content), pledges_is_clean_line(content), "
            "pledges_is_clean_text(content) FROM unnest(%s::text[]) content",
            [texts],
        )
        found = cursor.fetchall()

    assert len(found) == len(texts) > 140_000
    differing = [
        (ascii(text), is_name, is_line, is_text)
        for text, is_name, is_line, is_text in found
        if (clean_name(text) == text, clean_line(text) == text, clean_text(text) == text) != (is_name, is_line, is_text)
    ]
    assert not differing


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text", [" a", "a ", "a  b", "a\nb", "\na", "a\n", "a\r\nb", "a · b", "a\u3000b", "\u3000a", "e\u0301", "甲·\n乙"]
)
def test_database_and_python_agree_on_white_space(text: str) -> None:
    functions: dict[str, Callable[[str], str]] = {"name": clean_name, "line": clean_line, "text": clean_text}
    with connection.cursor() as cursor:
        for kind, clean in functions.items():
            cursor.execute(f"SELECT pledges_is_clean_{kind}(%s)", [text])
            assert cursor.fetchone() == (clean(text) == text,), kind


def test_every_cleaned_column_has_a_constraint() -> None:
    for model in apps.get_app_config("pledges").get_models():
        columns = [field.name for field in model._meta.concrete_fields if _is_cleaned(field)]
        if columns and not model._meta.proxy and not hasattr(model, "pgh_obj"):
            (constraint,) = (each for each in model._meta.constraints if each.name.endswith("_texts_are_clean"))
            condition = str(constraint.condition)  # type: ignore[attr-defined]
            assert [name for name in columns if f"F({name})" not in condition] == [], model


def _is_cleaned(field: "Field[object, object]") -> bool:
    return isinstance(field, CLEANED) or isinstance(getattr(field, "base_field", None), CLEANED)


# Identifiers, codes and derived texts have constraints of their own; webhooks are no public text.
NO_PROSE = {
    "code",
    "valid_from",
    "valid_to",
    "date",
    "published",
    "key",
    "loaded_from",
    "period",
    "ref",
    "search_text",
    "shown_as",
    "slug",
    "source",
    "target",
}
NO_PROSE |= {"digest", "fingerprint", "media_type", "ordering", "sha256", "token_key"}


def test_every_column_of_prose_is_cleaned() -> None:
    names = {
        field.name
        for model in apps.get_app_config("pledges").get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, CharField | TextField) and not field.choices and not hasattr(field, "clean_with")
        if not model.__name__.startswith("Webhook") and not model.__name__.endswith("Event")
    }
    assert names == NO_PROSE | {"url", "archived_url"}


def test_text_is_cleaned_when_it_is_saved_and_looked_up(record: Record) -> None:
    Official.objects.filter(pk=make_official("李建明").pk).update(name="\uf9e1建明\u200b")

    assert Official.objects.get(name="李建明") == Official.objects.get(name=" 李建\u200b明")


def test_text_is_cleaned_by_validation(record: Record) -> None:
    pledge = record.investment
    pledge.quote, pledge.note = "全年计划\n投资385亿元", "一\r\n二 "

    pledge.full_clean()

    assert (pledge.quote, pledge.note) == ("全年计划投资385亿元", "一\n二")


@pytest.mark.parametrize("text", ["a\x07b", "a\U0001ffffb", "a\ud800b"])
def test_damaged_text_is_invalid(record: Record, text: str) -> None:
    record.investment.quote = text

    with pytest.raises(ValidationError, match="U\\+"):
        record.investment.full_clean()


@pytest.mark.parametrize(
    ("model", "column", "text"),
    [
        (Official, "name", "Ada\u200b"),
        (District, "name", "玉•泉"),
        (District, "aliases", ["甲", "乙 "]),
        (District, "aliases", ["甲", ""]),
        (Document, "title", "a\nb"),
        (Document, "text", "a\r\nb"),
        (Pledge, "quote", "⼯"),
        (Pledge, "note", " a"),
        (Unit, "name_en", "a  b"),
        (Evidence, "publisher", "a\u00a0b"),
    ],
)
def test_sql_is_rejected_by_constraint(record: Record, model: type[Model], column: str, text: str | list[str]) -> None:
    make_follow_up(record.investment, state=ReviewState.DRAFT)
    with assert_violates(f"{model.__name__.lower()}_texts_are_clean"), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {model._meta.db_table} SET {column} = %s", [text])  # noqa: S608  constants


@pytest.mark.parametrize("column", ["url", "archived_url"])
@pytest.mark.parametrize("link", ["https://a.example/\u200b", "https://a.example/1和https://b.example/2"])
def test_link_with_invisible_character_or_another_link_is_rejected(record: Record, column: str, link: str) -> None:
    with assert_violates(f"document_{column}_is_one_link"), connection.cursor() as cursor:
        cursor.execute("UPDATE pledges_document SET archived_url = 'http://a', archived_on = '2026-01-01'")
        cursor.execute(f"UPDATE pledges_document SET {column} = %s", [link])  # noqa: S608  constants
