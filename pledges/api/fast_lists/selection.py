"""The parameters `fields` and `expand`: which fields a response has, and which nested rows it expands."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from pledges.filters.fields import suggest, unknown_value


@dataclass(frozen=True)
class Selection:
    """A selection of fields by dotted names, such as `district.name`.

    Empty `fields` select all fields, and `expand=None` expands all nested rows.
    """

    fields: tuple[str, ...] = ()
    expand: tuple[str, ...] | None = None

    @cached_property
    def top_level_names(self) -> set[str]:
        return {field.partition(".")[0] for field in self.fields}

    def has(self, name: str) -> bool:
        return not self.fields or name in self.top_level_names

    def is_expanded(self, name: str) -> bool:
        """Return whether the response contains the fields of a nested row, instead of only its key."""
        paths = (*(self.expand or ()), *(field for field in self.fields if field != name))
        return self.expand is None or name in paths or bool(_below(name, paths))

    def below(self, name: str) -> "Selection":
        """Return the selection for a nested row."""
        fields = () if name in self.fields else _below(name, self.fields)
        return Selection(fields, None if self.expand is None else _below(name, self.expand))


ALL = Selection()
HELP = {
    "fields": "The fields to return, separated by commas. Use a dot for a field of a nested row: `ref,district.name`.",
    "expand": "The nested rows to return with all their fields, separated by commas. Other nested rows are replaced by"
    " their keys. Default: all.",
}


def _below(name: str, paths: Sequence[str]) -> tuple[str, ...]:
    return tuple(path.removeprefix(f"{name}.") for path in paths if path.startswith(f"{name}."))


class NamesField(forms.Field):
    """Names separated by commas. `get_known_names` returns the valid names; it is called only if there are names."""

    widget = forms.SelectMultiple

    def __init__(self, *, get_known_names: Callable[[], Sequence[str]], **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.get_known_names = get_known_names

    def to_python(self, value: Sequence[str] | None) -> tuple[str, ...]:
        names = dict.fromkeys(name.strip() for text in value or () for name in text.split(","))
        if not names:
            return ()
        known = self.get_known_names()
        if invalid := [unknown_value(name, suggest(name, known)) for name in names if name not in known]:
            raise ValidationError(invalid)
        return tuple(names)


class SelectionForm(forms.Form):
    """The parameters `fields` and `expand` for a serializer class.

    Like a `ParameterForm`, it has only those of its fields that the request uses.
    """

    def __init__(self, data: Any, serializer: Any) -> None:
        super().__init__(data)
        self.parameter_names = ["fields", "expand"] if serializer.nested_paths() else ["fields"]
        known = {"fields": serializer.field_paths, "expand": serializer.nested_paths}
        for name in self.parameter_names:
            if data is None or name in data:
                self.fields[name] = NamesField(get_known_names=known[name], help_text=HELP[name])

    @property
    def selection(self) -> Selection:
        return Selection(self.cleaned_data.get("fields", ()), self.cleaned_data.get("expand") or None)
