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
        self.names: dict[str | int, str] = {}

    def add(self, key: str | int, name: str, slug: str, *others: str | None) -> None:
        """A row by its proper name, its slug, and what else it goes by."""
        self.names[key] = name
        for known in (name, slug, *others):
            if known:
                self.keys[known][key] = slug

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
        names.add(district.pk, district.name, district.slug, district.code, *district.aliases)
    return names


def metrics() -> Names:
    names = Names("metric")
    for metric in Metric.objects.all():
        names.add(metric.pk, metric.name, metric.slug)
    return names


def units() -> Names:
    names = Names("unit")
    for symbol in Unit.objects.values_list("symbol", flat=True):
        names.add(symbol, symbol, symbol)
    return names
