"""The names that a file may use for districts, metrics and units."""

from collections import defaultdict

from pledges.models import District, Metric, Unit

from .problems import nearest, shown


class UnknownNameError(Exception):
    """The message says what was found, and the nearest known names."""


class Names:
    """All known names of one kind, each with the key of its row."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.keys: defaultdict[str, dict[str | int, str]] = defaultdict(dict)

    def add(self, name: str | None, key: str | int, slug: str) -> None:
        if name:
            self.keys[name][key] = slug

    def key(self, name: str) -> str | int:
        """The key of the row of that name; UnknownNameError where there is none, or are several."""
        match list(self.keys.get(name, {})):
            case [key]:
                return key
            case []:
                raise UnknownNameError(f"found {shown(name)}, expected a known {self.kind}{nearest(name, self.keys)}")
        slugs = ", ".join(sorted(self.keys[name].values()))
        raise UnknownNameError(f"{shown(name)} is the name of several; expected one of the slugs {slugs}")


def districts() -> Names:
    names = Names("district")
    for district in District.objects.all():
        for name in {district.slug, district.code, district.name, *district.aliases}:
            names.add(name, district.pk, district.slug)
    return names


def metrics() -> Names:
    names = Names("metric")
    for metric in Metric.objects.all():
        for name in {metric.slug, metric.name}:
            names.add(name, metric.pk, metric.slug)
    return names


def units() -> Names:
    names = Names("unit")
    for unit in Unit.objects.all():
        names.add(unit.symbol, unit.symbol, unit.symbol)
    return names
