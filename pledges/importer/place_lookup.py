"""Find districts by the names that a file may use. Several can have the same name, such as 鼓楼区."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from pledges.importer.file_problems import format_value
from pledges.importer.lookups import Key, Lookup, UnknownNameError
from pledges.models import District, Redirect
from pledges.models.choices import RowKind

IN_BRACKETS = re.compile(r"(?P<name>[^()（）]+)[(（](?P<within>[^()（）]+)[)）]")
MAX_CHOICES = 10  # that an error lists


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
        found = self.candidates(name)
        if len(found) > 1:
            found = found - self.former or found
        if len(found) > 1 and near is not None:
            found = self._nearest(found, near)
        if len(found) > 1:
            message = _("%(name)s is ambiguous; expected one of %(places)s")
            raise UnknownNameError(message % {"name": format_value(name), "places": self._choices(found)})
        return next(iter(found)) if found else super().find(name, suggests=suggests)

    def candidates(self, name: str) -> set[Key]:
        return super().candidates(name) or self._within_named(name)

    def has_name(self, key: Key, name: str) -> bool:
        return super().has_name(key, name) or key in self._within_named(name)

    def _within_named(self, name: str) -> set[Key]:
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

    def _choices(self, keys: set[Key]) -> str:
        named = sorted(f"{self.full_name(key)} ({self.codes.get(key) or self.slugs[key]})" for key in keys)
        return ", ".join(named[:MAX_CHOICES] + ["…"] * (len(named) > MAX_CHOICES))

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
