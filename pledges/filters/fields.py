"""Form fields of filters. They accept one spelling of each value, and errors list or suggest the valid ones."""

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache, partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from pledges.database.prepared import PreparedQuery
from pledges.domain.dates import PERIOD, is_day
from pledges.domain.numbers import AMOUNT
from pledges.lookups import places
from pledges.models import Redirect
from pledges.models.unit import UnitQuerySet

MAX_FULL_LIST = 60  # with more valid names, an error lists only the most similar ones
MAX_NEAREST = 10
MAX_FOLDED_NAMES = 20  # unknown names for which other spellings are looked up
MAX_SUGGESTED_LENGTH = 100  # of such a value; longer ones are compared by their beginning
MAX_SUGGESTED_VALUES = 5  # invalid values that get suggestions: a search among 9,000 names takes 50 ms


def unknown_value(value: str, known: Sequence[str]) -> ValidationError:
    return ValidationError(_("Unknown value."), code="unknown", params={"value": value, "known": list(known)})


def choice_values(field: forms.ChoiceField) -> list[str]:
    return [str(choice) for choice, _label in field.widget.choices]


class ChoicesField(forms.MultipleChoiceField):
    """One or more of the choices. Each invalid value is reported as a separate error."""

    def validate(self, value: Sequence[str]) -> None:
        known = choice_values(self)
        wrong = [unknown_value(one, known) for one in value if one not in known]
        if wrong:
            raise ValidationError(wrong)


class NamedRows:
    """Rows that can be found by the columns that name them."""

    def __init__(self, queryset: QuerySet[Any], columns: Sequence[str]) -> None:
        self.queryset, self.columns = queryset, columns
        self.prepared_query = cache(lambda column: PreparedQuery(queryset.values_list("pk", column), column))

    def __deepcopy__(self, _memo: dict[int, Any]) -> "NamedRows":
        """Filters and fields are deep-copied for each request; prepared queries must be shared."""
        return self

    def find(self, column: str, names: Iterable[str]) -> list[tuple[Any, Any]]:
        """Return the primary keys of the rows with one of these names in a column, with the values of the column."""
        return self.prepared_query(column).execute(list(names)).fetchall()

    def find_other_spelling(self, name: str) -> list[Any]:
        """Return the primary keys of the rows with a name that differs in spelling only, an English one, or pinyin."""
        if isinstance(self.queryset, UnitQuerySet):
            return list(self.queryset.written_as(name).values_list("pk", flat=True))
        if len(self.columns) == 1 or not hasattr(self.queryset.model, "search_text"):
            return []
        return list(self.queryset.filter(search_text__has_name=name).values_list("pk", flat=True))

    def find_namesakes(self, column: str, name: str) -> list[Any]:
        """Return the primary keys of the rows whose name in a column differs in spelling only."""
        same = {"search_text__has_name": name, f"{column}__folds_exactly_to": name}
        return list(self.queryset.filter(**same).values_list("pk", flat=True))

    def find_merged(self, names: Iterable[str]) -> dict[str, Any]:
        """Return which of these names are slugs of merged rows, each with the primary key of the row that replaces it.

        The ids of posts count as slugs.
        """
        merged = Redirect.objects.filter(kind=self.queryset.model._meta.model_name, source__in=names)
        targets = dict(merged.values_list("source", "target"))
        column = "number" if "number" in self.columns else self.columns[0]
        keys = {slug: key for key, slug in self.find(column, targets.values())} if targets else {}
        return {old: keys[new] for old, new in targets.items() if new in keys}

    def names(self) -> list[str]:
        rows = self.queryset.order_by(self.columns[0]).values_list(*self.columns)
        return list(dict.fromkeys(name for row in rows for cell in row for name in _names(cell)))


class RowNamesField(forms.Field):
    """Names of rows, which are converted to primary keys.

    The first column that contains a name is used. With `shared_name`, a column of names that several rows can bear, all
    columns are used, and other spellings in that one.
    """

    widget = forms.SelectMultiple

    def __init__(self, *, rows: NamedRows, shared_name: str = "", **kwargs: Any) -> None:
        self.rows, self.shared_name = rows, shared_name
        super().__init__(**kwargs)

    def to_python(self, value: Sequence[str] | None) -> list[Any]:
        names = set(value or ())
        for name in names:
            ProhibitNullCharactersValidator()(name)
        found = self.find(names)
        if missing := sorted(names - found.keys()):
            known = self.rows.names()
            raise ValidationError(
                [
                    unknown_value(name, suggest(name, known) if i < MAX_SUGGESTED_VALUES else [])
                    for i, name in enumerate(missing)
                ]
            )
        return [key for keys in found.values() for key in keys]

    def find(self, names: set[str]) -> dict[str, list[Any]]:
        """Return the primary keys of the rows that each of the names means. Unknown names are left out."""
        found: defaultdict[str, list[Any]] = defaultdict(list)
        for column in self.rows.columns:
            sought = names if self.shared_name else names - found.keys()
            for key, cell in self.rows.find(column, sought) if sought else []:
                for name in sought.intersection(_names(cell)):
                    found[name].append(key)
        if self.shared_name:
            for name in sorted(found)[:MAX_FOLDED_NAMES]:
                found[name] += self.rows.find_namesakes(self.shared_name, name)
        if missing := names - found.keys():
            found |= {name: [key] for name, key in self.rows.find_merged(missing).items()}
        for name in sorted(names - found.keys())[:MAX_FOLDED_NAMES]:
            if keys := self.rows.find_other_spelling(name):
                found[name] = keys
        return found


class PlaceNamesField(RowNamesField):
    """Names of districts, each of which has to mean a single one.

    A name that several have can be given together with that of a district in which it is: 北京市朝阳区, 朝阳区（北京）.
    """

    def find(self, names: set[str]) -> dict[str, list[Any]]:
        found = super().find(names)
        lookup = cache(places.districts)  # is only read if a name is none of a single district
        for name in sorted(names - found.keys())[:MAX_FOLDED_NAMES]:
            if keys := lookup().candidates(name):
                found[name] = list(keys)
        errors = []
        for name in sorted(name for name, keys in found.items() if len(set(keys)) > 1):
            found[name] = list(lookup().present(set(found[name])))
            if len(found[name]) > 1:
                errors.append(self._ambiguous(name, found[name], lookup()))
        if errors:
            raise ValidationError(errors)
        return found

    def _ambiguous(self, name: str, keys: Iterable[Any], lookup: places.PlaceLookup) -> ValidationError:
        params = {"value": name, "known": sorted(lookup.full_name(key) for key in keys)}
        return ValidationError(lookup.ambiguity(name, set(keys)), code="ambiguous", params=params)


def suggest(value: str, known: Sequence[str]) -> Sequence[str]:
    """Return all known names, or the most similar ones if there are too many."""
    if len(known) <= MAX_FULL_LIST:
        return known
    folded = {_fold(name): name for name in known}
    return [folded[name] for name in _most_similar(value, folded)]


def _fold(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def _most_similar(value: str, folded: Iterable[str]) -> list[str]:
    find_similar = partial(difflib.get_close_matches, _fold(value[:MAX_SUGGESTED_LENGTH]), list(folded), MAX_NEAREST)
    # If no name is similar, suggest any ten names as examples.
    return find_similar(cutoff=0.4) or find_similar(cutoff=0)


def _names(cell: str | list[str] | None) -> list[str]:
    if isinstance(cell, list):
        return cell
    return [] if cell is None else [cell]


class ReferencesField(RowNamesField):
    """References of pledges, of which there are too many to suggest similar ones."""

    def to_python(self, value: Sequence[str] | None) -> list[Any]:
        refs = set(value or ())
        for ref in refs:
            ProhibitNullCharactersValidator()(ref)
        found = {ref: key for key, ref in self.rows.find("ref", refs)}
        if missing := sorted(refs - found.keys()):
            raise ValidationError([unknown_value(ref, []) for ref in missing])
        return list(found.values())


class IntegerParameterField(forms.IntegerField):
    """An integer without separators, spaces, fractions or digits of other scripts."""

    def to_python(self, value: str | None) -> Any:
        if value and not re.fullmatch(r"-?[0-9]{1,18}", value):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class DateParameterField(forms.DateField):
    """A date in ISO 8601 with all its digits: 2025-12-31."""

    default_error_messages = {"invalid": _("Write a date as 2025-12-31.")}

    def to_python(self, value: Any) -> Any:
        if value and not is_day(value):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class PeriodParameterField(forms.RegexField):
    """Two years as an interval of ISO 8601: 2021/2025."""

    default_error_messages = {"invalid": _("Write a period as 2021/2025.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(f"^{PERIOD}$", strip=False, **kwargs)


class DecimalParameterField(forms.DecimalField):
    """A decimal without exponent, separators, spaces or digits of other scripts."""

    pattern = f"^{AMOUNT}$"

    def to_python(self, value: str | None) -> Any:
        if value and not re.match(self.pattern, value):
            raise ValidationError(_("Write a decimal such as 38500000000 or -0.5."), code="invalid")
        return super().to_python(value)
