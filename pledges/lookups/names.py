"""Find metrics and units by the names that a file may use."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledges.domain.units import KnownUnit, derive, fold_symbol
from pledges.lookups.wording import display_path, format_value, nearest
from pledges.models import Dimension, Metric, Redirect, Unit
from pledges.models.choices import RowKind

# Metrics whose name in the fixtures has changed. A database may still have the old name, so files may use either.
RENAMED_METRICS = {
    "e-commerce-sales": ("电商限上销售额", "限额以上电商销售额"),
    "electronics-enterprises": ("电子信息产业规上企业数", "电子信息产业规模以上企业数"),
    "enterprises-above-scale": ("规上企业数", "规模以上企业数"),
    "worst-class-water-sections": ("劣V类水断面数", "劣Ⅴ类水断面数"),
}


class UnknownNameError(Exception):
    """The message contains the name found, and the nearest known names."""


class AmbiguousNameError(UnknownNameError):
    """Several rows have the name. The message lists them."""


# The names of kinds in messages.
KINDS = {
    "body": gettext_lazy("body"),
    "dimension": gettext_lazy("dimension"),
    "district": gettext_lazy("district"),
    "metric": gettext_lazy("metric"),
    "place": gettext_lazy("place"),
    "topic": gettext_lazy("topic"),
    "unit": gettext_lazy("unit"),
}

Key = str | int
"""The primary key of a row."""


class Lookup:
    """Rows of one kind by name, slug, code or alias. An alias is ignored if it is the name of a row."""

    def __init__(self, kind: str, *, file: str = "") -> None:
        self.kind, self.file = kind, f"{file or kind + 's'}.yaml"
        self.names: dict[Key, str] = {}
        self.slugs: dict[Key, str] = {}
        self.codes: dict[Key, str] = {}
        self.by_name: defaultdict[str, set[Key]] = defaultdict(set)
        self.by_alias: defaultdict[str, set[Key]] = defaultdict(set)
        self.merged_names: dict[str, str] = {}
        self.hint = lru_cache(self._hint)  # the same wrong name is often repeated on many lines

    def add(self, key: Key, name: str, slug: str, code: str | None = None, aliases: Iterable[str] = ()) -> None:
        self.names[key], self.slugs[key] = name, slug
        if code:
            self.codes[key] = code
        for proper in {name, slug, code} - {None}:
            self.by_name[str(proper)].add(key)
        for alias in aliases:
            self.by_alias[alias].add(key)

    def add_merged(self, slugs: Mapping[str, str], names: Iterable[tuple[str, str]] = ()) -> None:
        """Add merged rows. `slugs` has the slug of the row that replaces each; `names` are pairs of slug and name."""
        keys = {slug: key for key, slug in self.slugs.items()}
        for slug, target in slugs.items():
            self.by_alias[slug].add(keys[target])
        for slug, name in names:
            self.by_alias[name].add(keys[slugs[slug]])
            self.merged_names |= {slug: name, name: name}

    def replace(self, old: Key, new: Key) -> None:
        """Let all names of one row mean another one."""
        for keys in (*self.by_name.values(), *self.by_alias.values()):
            if old in keys:
                keys.discard(old)
                keys.add(new)

    def own_name(self, name: str, key: Key) -> str:
        """Return the name of the row that was found by this name or slug; of a merged row, that which it had."""
        return self.names[key] if name in self.by_name else self.merged_names.get(name, self.names[key])

    def find(self, name: str, *, suggests: bool = True) -> Key:
        """Return the primary key of the row with this name. Raise UnknownNameError for no row or several rows.

        Unless `suggests` is false, the message has the most similar names, which take long to find.
        """
        found = self.candidates(name)
        if not found:
            hint = self.hint(name) if suggests else ""
            message = _(
                "found %(found)s, expected a known %(kind)s%(hint)s"
                " (A new %(kind)s is added in %(file)s, or in the admin.)"
            )
            kind = KINDS[self.kind]
            details = {"found": format_value(name), "kind": kind, "hint": hint, "file": self._own_file()}
            raise UnknownNameError(message % details)
        if len(found) > 1:
            slugs = ", ".join(sorted(self.slugs[key] for key in found))
            message = _("%(name)s is ambiguous; expected one of the slugs %(slugs)s")
            raise AmbiguousNameError(message % {"name": format_value(name), "slugs": slugs})
        return next(iter(found))

    def candidates(self, name: str) -> set[Key]:
        """Return the primary keys of the rows with this name, slug or code or, if there are none, with this alias."""
        return self.by_name.get(name) or self.by_alias.get(name) or set()

    def has_name(self, key: Key, name: str) -> bool:
        """Return whether this is a name, slug, code or alias of the row."""
        return key in self.by_name.get(name, ()) or key in self.by_alias.get(name, ())

    def _own_file(self) -> str:
        record = settings.RECORD
        return display_path(record / self.file) if record else _("%(file)s of the record") % {"file": self.file}

    def _hint(self, name: str) -> str:
        return nearest(name, self.by_name.keys() | self.by_alias.keys())


def metrics() -> Lookup:
    lookup = Lookup("metric")
    for metric in Metric.objects.all():
        lookup.add(metric.pk, metric.name, metric.slug, None, [*metric.aliases, *RENAMED_METRICS.get(metric.slug, ())])
    merged = Redirect.objects.targets(RowKind.METRIC)
    former: Any = apps.get_model("pledges", "MetricEvent")
    lookup.add_merged(merged, former.objects.filter(slug__in=merged).order_by("pgh_id").values_list("slug", "name"))
    return lookup


class UnitLookup(Lookup):
    """Units by their symbols, however these are written. Symbols of known parts (床/百人) become new units."""

    def __init__(self) -> None:
        super().__init__("unit")
        self.known: dict[str, KnownUnit] = {}  # by folded symbol
        self.derived: dict[str, KnownUnit] = {}
        self.adds_derived = True

    def find(self, name: str, *, suggests: bool = True) -> Key:
        if name in self.by_name or name in self.by_alias:
            return super().find(name, suggests=suggests)
        if known := self.known.get(fold_symbol(name)):
            return known.symbol
        if derived := derive(name, lambda symbol: self.known.get(fold_symbol(symbol))):
            if not self.adds_derived:
                message = _("%(found)s is a new unit of known parts; a chief editor can add it in the admin")
                raise UnknownNameError(message % {"found": format_value(name)})
            self.derived[name] = self.known[fold_symbol(name)] = derived
            return name
        return super().find(name, suggests=suggests)

    def add_derived(self) -> None:
        """Add the derived units that were found to the record, with their dimensions."""
        for unit in self.derived.values():
            dimension, _is_new = Dimension.objects.get_or_create(
                slug=unit.dimension,
                defaults={"name": unit.base_unit, "base_unit": unit.base_unit, "is_additive": False},
            )
            numerator, denominator = unit.factor.as_integer_ratio()
            Unit.objects.create(
                symbol=unit.symbol,
                name_en=unit.name_en,
                dimension=dimension,
                numerator=numerator,
                denominator=denominator,
            )


def units() -> UnitLookup:
    lookup = UnitLookup()
    for unit in Unit.objects.select_related("dimension"):
        lookup.add(unit.symbol, unit.symbol, unit.symbol)
        lookup.known.setdefault(
            fold_symbol(unit.symbol),
            KnownUnit(unit.symbol, unit.name_en, unit.exact_factor, unit.dimension.slug, unit.dimension.base_unit),
        )
    lookup.add_merged(Redirect.objects.targets(RowKind.UNIT))
    return lookup
