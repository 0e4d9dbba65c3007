"""Find districts by the names that a file or a parameter may use. Several can have the same name, such as 鼓楼区."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from pledges.lookups.names import AmbiguousNameError, Key, Lookup
from pledges.lookups.wording import format_value
from pledges.models import District, Redirect
from pledges.models.choices import RowKind

IN_BRACKETS = re.compile(r"(?P<name>[^()（）]+)[(（](?P<within>[^()（）]+)[)）]")
MAX_CHOICES = 10  # that an error lists
MAX_LENGTH = 200  # of a name with names of districts above; longer ones would take long to be divided


class PlaceLookup(Lookup):
    """Districts by name, slug, code or alias, also together with a name of a district in which they are.

    北京市朝阳区, 北京朝阳区 and 朝阳区（北京） are the same. `parents` has the keys of parents, or names of them.
    """

    def __init__(self, kind: str = "district") -> None:
        super().__init__(kind, file="places")
        self.parents: dict[Key, Key] = {}
        self.former: set[Key] = set()

    def find(self, name: str, *, suggests: bool = True, near: Key | None = None) -> Key:
        """Return the primary key of the district. Of several with the name, it is the one nearest to that of `near`.

        Raise UnknownNameError for none, or several that are equally near.
        """
        found = self.present(self.candidates(name))
        if len(found) > 1 and near is not None:
            found = self._nearest(found, near)
        if len(found) > 1:
            raise AmbiguousNameError(self.ambiguity(name, found))
        return next(iter(found)) if found else super().find(name, suggests=suggests)

    def candidates(self, name: str) -> set[Key]:
        return super().candidates(name) or self._within_named(name)

    def has_name(self, key: Key, name: str) -> bool:
        return super().has_name(key, name) or key in self._within_named(name)

    def _within_named(self, name: str) -> set[Key]:
        if len(name) > MAX_LENGTH:
            return set()
        if match := IN_BRACKETS.fullmatch(name):
            return self._below(super().candidates(match["name"]), self.candidates(match["within"]))
        for end in range(2, len(name) - 1):
            lower = super().candidates(name[end:])
            if lower and (found := self._below(lower, self.candidates(name[:end]))):
                return found
        return set()

    def _below(self, keys: set[Key], above: set[Key]) -> set[Key]:
        return {key for key in keys if any(ancestor in above for ancestor in self.ancestors(key))}

    def _nearest(self, keys: set[Key], near: Key) -> set[Key]:
        for place in (near, *self.ancestors(near)):
            if found := {key for key in keys if key == place or place in self.ancestors(key)}:
                return found
        return keys

    def ancestors(self, key: Key) -> Iterator[Key]:
        """Yield the keys of the districts in which a district is, beginning with its parent."""
        passed = {key}
        while (parent := self._parent(key)) is not None and parent not in passed:
            yield parent
            passed.add(parent)
            key = parent

    def _parent(self, key: Key) -> Key | None:
        parent = self.parents.get(key)
        if parent is None or parent in self.slugs:
            return parent
        named = super().candidates(str(parent))
        return next(iter(named)) if len(named) == 1 else None

    def present(self, keys: set[Key]) -> set[Key]:
        """Return the districts that are none of former days, or all of them if there are no others."""
        return keys - self.former or keys

    def ambiguity(self, name: str, keys: set[Key]) -> str:
        """Return the message about a name that several districts have. It lists them with their codes."""
        choices = sorted(f"{self.full_name(key)} ({self.codes.get(key) or self.slugs[key]})" for key in keys)
        shown = ", ".join(choices[:MAX_CHOICES] + ["…"] * (len(choices) > MAX_CHOICES))
        message = _("%(name)s is ambiguous; expected one of %(places)s")
        return message % {"name": format_value(name), "places": shown}

    def full_name(self, key: Key) -> str:
        """Return the name after those of the districts in which it is, without the country: 吉林省长春市朝阳区."""
        above = [self.names[ancestor] for ancestor in self.ancestors(key)]
        return "".join([*reversed(above[:-1] if len(above) > 1 else above), self.names[key]])


def districts() -> PlaceLookup:
    """Return the look-up of all districts of the record."""
    lookup = PlaceLookup()
    rows = District.objects.values_list("pk", "name", "slug", "code", "aliases", "parent", "valid_to", "successor")
    for key, name, slug, code, aliases, parent, valid_to, successor in rows:
        lookup.add(key, name, slug, code, aliases)
        if parent is not None:
            lookup.parents[key] = parent
        if valid_to or successor is not None:
            lookup.former.add(key)
    lookup.add_merged(Redirect.objects.targets(RowKind.DISTRICT))
    return lookup
