"""Which fields an answer has: `fields` names those that are wanted, `expand` the rows that are wanted whole."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from pledges.filters.fields import suggest, unknown


@dataclass(frozen=True)
class Selection:
    """Names have a dot for each level: `district.name`. Where `expand` is None, all rows are whole."""

    fields: tuple[str, ...] = ()
    expand: tuple[str, ...] | None = None

    @cached_property
    def names(self) -> set[str]:
        """Without what is behind their first dot."""
        return {field.partition(".")[0] for field in self.fields}

    def has(self, name: str) -> bool:
        return not self.fields or name in self.names

    def is_whole(self, name: str) -> bool:
        """Whether a row is given with its fields, and not only named by its key."""
        asked = (*(self.expand or ()), *(field for field in self.fields if field != name))
        return self.expand is None or name in asked or bool(_below(name, asked))

    def below(self, name: str) -> "Selection":
        fields = () if name in self.fields else _below(name, self.fields)
        return Selection(fields, None if self.expand is None else _below(name, self.expand))


ALL = Selection()
HELP = {
    "fields": "The fields that are wanted, separated by commas; a dot leads into a row: `ref,district.name`.",
    "expand": "Those of its rows that are wanted whole, separated by commas; others are named by their key. Left out,"
    " all are whole.",
}


def _below(name: str, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(one.removeprefix(f"{name}.") for one in names if one.startswith(f"{name}."))


class NamesField(forms.Field):
    """Names separated by commas, of a list that is only made when it is asked for."""

    widget = forms.SelectMultiple

    def __init__(self, *, known: Callable[[], Sequence[str]], **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.known = known

    def to_python(self, value: Sequence[str] | None) -> tuple[str, ...]:
        names = dict.fromkeys(name.strip() for text in value or () for name in text.split(","))
        if not names:
            return ()
        known = self.known()
        if wrong := [unknown(name, suggest(name, known)) for name in names if name not in known]:
            raise ValidationError(wrong)
        return tuple(names)


class SelectionForm(forms.Form):
    """Has only those of its fields that are asked for, like a `ParameterForm`."""

    def __init__(self, data: Any, serializer: Any) -> None:
        super().__init__(data)
        self.known = ["fields", "expand"] if serializer.rows() else ["fields"]
        names = {"fields": serializer.names, "expand": serializer.rows}
        for name in self.known:
            if data is None or name in data:
                self.fields[name] = NamesField(known=names[name], help_text=HELP[name])

    @property
    def selection(self) -> Selection:
        asked = self.cleaned_data
        return Selection(asked.get("fields", ()), asked.get("expand") or None)
