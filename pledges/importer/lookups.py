"""The names that a file may use for districts, metrics and units."""

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from pledges.importer.file_problems import nearest, shown
from pledges.models import District, Metric, Unit

# A database keeps the names that its metrics were created with, so files may use either.
RENAMED_METRICS = {
    "e-commerce-sales": ("电商限上销售额", "限额以上电商销售额"),
    "electronics-enterprises": ("电子信息产业规上企业数", "电子信息产业规模以上企业数"),
    "enterprises-above-scale": ("规上企业数", "规模以上企业数"),
    "worst-class-water-sections": ("劣V类水断面数", "劣Ⅴ类水断面数"),
}


class UnknownNameError(Exception):
    """The message says what was found, and the nearest known names."""


Key = str | int


class Names:
    """All known names of one kind of row, each with the row's key."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.names: dict[Key, str] = {}
        self.slugs: dict[Key, str] = {}
        self.keys: defaultdict[str, set[Key]] = defaultdict(set)
        self.aliases: defaultdict[str, set[Key]] = defaultdict(set)
        self.hint = lru_cache(self._hint)  # a name that is wrong once is wrong on many lines

    def add(self, key: Key, name: str, slug: str, code: str | None = None, aliases: Iterable[str] = ()) -> None:
        self.names[key], self.slugs[key] = name, slug
        for proper in {name, slug, code} - {None}:
            self.keys[str(proper)].add(key)
        for alias in aliases:
            self.aliases[alias].add(key)

    def key(self, name: str) -> Key:
        """The key of the row of that name; UnknownNameError where there is none, or are several."""
        found = self.keys.get(name) or self.aliases.get(name) or set()
        if not found:
            raise UnknownNameError(f"found {shown(name)}, expected a known {self.kind}{self.hint(name)}")
        if len(found) > 1:
            slugs = ", ".join(sorted(self.slugs[key] for key in found))
            raise UnknownNameError(f"{shown(name)} is the name of several; expected one of the slugs {slugs}")
        return next(iter(found))

    def _hint(self, name: str) -> str:
        return nearest(name, self.keys.keys() | self.aliases.keys())

    def goes_by(self, key: Key, name: str) -> bool:
        return key in self.keys.get(name, ()) or key in self.aliases.get(name, ())


def districts() -> Names:
    names = Names("district")
    for district in District.objects.all():
        names.add(district.pk, district.name, district.slug, district.code, district.aliases)
    return names


def metrics() -> Names:
    names = Names("metric")
    for metric in Metric.objects.all():
        names.add(metric.pk, metric.name, metric.slug, aliases=RENAMED_METRICS.get(metric.slug, ()))
    return names


def units() -> Names:
    names = Names("unit")
    for symbol in Unit.objects.values_list("symbol", flat=True):
        names.add(symbol, symbol, symbol)
    return names
