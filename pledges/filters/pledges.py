"""The filter set of pledges, and the base classes of all filter sets; shared by the API, the admin and exports."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache, reduce
from operator import or_
from typing import Any

from django import forms
from django.db.models import CharField, F, Q, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, Filter, FilterSet

from pledges.domain.target_rules import FIRST_YEAR, LAST_YEAR
from pledges.domain.timeliness import Timeliness
from pledges.filters.declared_fields import restrict_declared
from pledges.filters.derived import NegatedFilter
from pledges.filters.fields import (
    ChoicesField,
    DateParameterField,
    DecimalParameterField,
    IntegerParameterField,
    NamedRows,
    PeriodParameterField,
    PlaceNamesField,
    ReferencesField,
    RowNamesField,
)
from pledges.models import Body, District, Document, Metric, Official, Pledge, Post, Statement, Unit
from pledges.models.choices import Bound, DocumentKind, Measure, Status, Strength, Tier
from pledges.models.metric import Topic
from pledges.models.pledge_queryset import PledgeQuerySet
from pledges.models.unit import Dimension

POSTS = Post.objects.public().annotate(number=Cast("id", CharField()))
POST_NAMES = ("title", "number")
BODY_NAMES = ("slug", "name")
DISTRICT_NAMES = ("slug", "code", "name", "aliases")


class RecordFilterSet(FilterSet):
    """Base class of all filter sets. An instance has only the filters that the request uses."""

    base_filters: Any
    form_base: type[forms.Form] = forms.Form

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        if data is not None:
            restrict_declared(self, "base_filters", data.__contains__)
        super().__init__(data, *args, **kwargs)

    @classmethod
    def get_filters(cls) -> Any:
        """Return the declared filters, and for those of choices and rows a negation: `status_not=met`."""
        declared = super().get_filters()
        negated = {
            f"{name}_not": NegatedFilter(each, help_text=f"Excludes what `{name}` with these values selects.")
            for name, each in declared.items()
            if isinstance(each, ChoicesFilter | RowsFilter)
        }
        return declared | negated

    def get_form_class(self) -> Any:
        return self._form_class(tuple(self.filters))

    @classmethod
    @lru_cache(maxsize=1000)
    def _form_class(cls, names: Sequence[str]) -> type[forms.Form]:
        return type("FilterForm", (cls.form_base,), {name: cls.base_filters[name].field for name in names})


class RowsFilter(Filter):
    """A filter for rows that refer to any of the named rows."""

    field_class = RowNamesField

    def __init__(self, *args: Any, queryset: QuerySet[Any], named_by: Sequence[str] = ("slug",), **kwargs: Any):
        super().__init__(*args, rows=NamedRows(queryset, named_by), lookup_expr="in", **kwargs)


class PlacesFilter(RowsFilter):
    """A filter for rows that refer to any of the named districts."""

    field_class = PlaceNamesField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, queryset=District.objects.all(), named_by=DISTRICT_NAMES, **kwargs)


class BodiesFilter(RowsFilter):
    """A filter for rows that refer to any of the named bodies. A name means all bodies with it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        queryset = Body.objects.public()
        super().__init__(*args, queryset=queryset, named_by=BODY_NAMES, shared_name="name", **kwargs)


class ChoicesFilter(Filter):
    field_class = ChoicesField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, lookup_expr="in", **kwargs)


class FlagFilter(ChoicesFilter):
    """`true` or `false`, by a method."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=[("true", "true"), ("false", "false")], **kwargs)


class ReferencesFilter(RowsFilter):
    """A filter by references of pledges. Of unknown ones, no similar ones are suggested."""

    field_class = ReferencesField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, queryset=Pledge.objects.public(), named_by=("ref",), **kwargs)


class YearFilter(Filter):
    field_class = IntegerParameterField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, min_value=FIRST_YEAR, max_value=LAST_YEAR, **kwargs)


class PeriodFilter(Filter):
    field_class = PeriodParameterField


class AmountFilter(Filter):
    field_class = DecimalParameterField


class DayFilter(Filter):
    field_class = DateParameterField


class PledgeFilterForm(forms.Form):
    def clean(self) -> dict[str, Any]:
        amounts = [name for name in ("amount_min", "amount_max") if self.cleaned_data.get(name) is not None]
        if amounts and not self.errors and not self._has_one_dimension():
            for name in amounts:
                self.add_error(
                    name,
                    _(
                        "Amounts can be compared within one dimension only. Add `dimension`, `metric` or `unit`, with"
                        " values of one dimension."
                    ),
                )
        return self.cleaned_data

    def _has_one_dimension(self) -> bool:
        lookups = {"dimension": "pk__in", "unit": "units__in", "metric": "metrics__in"}
        given = {lookups[name]: self.cleaned_data[name] for name in lookups if self.cleaned_data.get(name)}
        return bool(given) and Dimension.objects.filter(**given).distinct()[:2].count() < 2


class PledgeFilter(RecordFilterSet):
    form_base = PledgeFilterForm

    district = PlacesFilter(
        method="filter_district",
        help_text="Its district, also a former one: slug, code, exact name or alias (`saihan`, `150105`, `赛罕区`)."
        " If several districts have the name, add that of one above: `北京市朝阳区` or `朝阳区（北京）`.",
    )
    within = PlacesFilter(
        method="filter_within",
        help_text="A district and all districts below it, named as in `district`.",
    )
    official = RowsFilter(
        field_name="statement__official",
        queryset=Official.objects.public(),
        named_by=("slug", "name"),
        shared_name="name",
        help_text="The official: slug or name. A name matches all persons with it.",
    )
    official_slug = RowsFilter(
        field_name="statement__official",
        queryset=Official.objects.public(),
        help_text="The official: slug only, which names one person.",
    )
    post = RowsFilter(
        field_name="statement__post",
        queryset=POSTS,
        named_by=POST_NAMES,
        shared_name="title",
        help_text="The post held on the day of the statement: exact title or id.",
    )
    body = BodiesFilter(
        method="filter_body",
        help_text="The body that made the pledge, or for which the official spoke, such as a department: slug or name."
        " A name matches all bodies with it.",
    )
    responsible_body = BodiesFilter(
        method="filter_responsible_body",
        help_text="A body that the text names as responsible (牵头单位): slug or name. A name matches all bodies"
        " with it.",
    )
    document = RowsFilter(
        field_name="statement__document",
        queryset=Document.objects.public().defer("text"),
        help_text="The document, such as a newspaper page: slug.",
    )
    document_kind = ChoicesFilter(
        field_name="statement__document__kind", choices=DocumentKind.choices, help_text="The kind of document."
    )
    year = YearFilter(help_text="The plan year or, if a later deadline is named, the year of the deadline.")
    year_min = YearFilter(field_name="year", lookup_expr="gte", help_text="The plan year is this one or later.")
    year_max = YearFilter(field_name="year", lookup_expr="lte", help_text="The plan year is this one or earlier.")
    ref = ReferencesFilter(field_name="pk", help_text="The reference of a published pledge.")
    period = PeriodFilter(help_text="The first and last year of a target that covers several years: `2021/2025`.")
    baseline_year = YearFilter(help_text="The year from which a change is counted, if not the year before: `2020`.")
    metric = RowsFilter(
        queryset=Metric.objects.all(),
        named_by=("slug", "name", "aliases"),
        help_text="The canonical metric: slug, name or other name.",
    )
    topic = RowsFilter(
        field_name="metric__topic", queryset=Topic.objects.all(), help_text="The topic of the metric: slug."
    )
    measure = ChoicesFilter(choices=Measure.choices, help_text="How it is measured.")
    compared_with = RowsFilter(
        queryset=Metric.objects.all(),
        named_by=("slug", "name", "aliases"),
        help_text="The metric with which a relative target is compared, named as in `metric`.",
    )
    compared_with_district = PlacesFilter(
        help_text="The district with which a relative target is compared, named as in `district`.",
    )
    bound = ChoicesFilter(choices=Bound.choices, help_text="The target's bound.")
    strength = ChoicesFilter(choices=Strength.choices, help_text="How firmly the pledge was made.")
    tier = ChoicesFilter(choices=Tier.choices, help_text="`optional`: no date, or only a rank or magnitude.")
    unit = RowsFilter(queryset=Unit.objects.all(), named_by=("symbol",), help_text="The unit as written: `亿元`, `%`.")
    dimension = RowsFilter(
        field_name="unit__dimension",
        queryset=Dimension.objects.all(),
        help_text="The dimension of the unit, by slug; for a growth of investment, that of %. "
        "Amounts can be compared within one dimension only.",
    )
    amount_min = AmountFilter(
        field_name="amount",
        lookup_expr="gte",
        help_text="The lower or only value, in base units, is this or more: 385亿元 has the amount 38500000000."
        " Requires `dimension`, `metric` or `unit`, with values of one dimension.",
    )
    amount_max = AmountFilter(
        field_name="amount",
        lookup_expr="lte",
        help_text="The lower or only value, in base units, is this or less. Requires `dimension`, `metric` or `unit`,"
        " with values of one dimension.",
    )
    deadline_min = DayFilter(field_name="deadline", lookup_expr="gte", help_text="Due on this day or later.")
    has_deadline = FlagFilter(method="filter_has_deadline", help_text="Whether it has a deadline.")
    late = FlagFilter(
        method="filter_late", help_text="Whether it was met after its deadline. Others than met ones are neither."
    )
    updated_min = DayFilter(
        method="filter_updated_min", help_text="Changed on this day or later, in the time zone of the record."
    )
    updated_max = DayFilter(
        method="filter_updated_max", help_text="Last changed on this day or earlier, in the time zone of the record."
    )
    supersedes = ReferencesFilter(
        method="filter_supersedes", help_text="The reference of a published pledge that it replaces."
    )
    deadline_max = DayFilter(field_name="deadline", lookup_expr="lte", help_text="Due on this day or earlier.")
    status = ChoicesFilter(
        choices=Status.choices,
        help_text="The status. `unchecked`: not checked yet; `unverifiable`: checked, but no figure was found.",
    )
    timeliness = ChoicesFilter(
        choices=[(kind.value, kind.value) for kind in Timeliness],
        method="filter_timeliness",
        help_text="Due status today of a pledge without verdict, in the time zone of the record; "
        "`due_soon` is today and the next 90 days.",
    )
    q = CharFilter(
        max_length=100,
        method="filter_q",
        help_text="Words that must all occur in quote, metric, official, body or district; single characters are"
        " allowed.",
    )

    class Meta:
        model = Pledge
        fields: list[str] = []

    def filter_district(self, queryset: PledgeQuerySet, _name: str, districts: list[int]) -> PledgeQuerySet:
        return queryset.filter(district__in=_keys(District.objects.with_other_names(districts)))

    def filter_within(self, queryset: PledgeQuerySet, _name: str, districts: list[int]) -> PledgeQuerySet:
        return queryset.filter(district__in=_keys(District.objects.within(districts)))

    def filter_body(self, queryset: PledgeQuerySet, _name: str, bodies: list[int]) -> PledgeQuerySet:
        return queryset.filter(statement__in=Statement.objects.of_bodies(bodies))

    def filter_has_deadline(self, queryset: PledgeQuerySet, _name: str, flags: list[str]) -> PledgeQuerySet:
        return queryset.filter(deadline__isnull="true" not in flags) if len(set(flags)) == 1 else queryset

    def filter_late(self, queryset: PledgeQuerySet, _name: str, flags: list[str]) -> PledgeQuerySet:
        met = queryset.filter(status=Status.MET, deadline__isnull=False, status_since__isnull=False)
        if len(set(flags)) > 1:
            return met
        is_late = Q(status_since__gt=F("deadline"))
        return met.filter(is_late if "true" in flags else ~is_late)

    def filter_updated_min(self, queryset: PledgeQuerySet, _name: str, day: date) -> PledgeQuerySet:
        return queryset.filter(updated_at__gte=_midnight(day))

    def filter_updated_max(self, queryset: PledgeQuerySet, _name: str, day: date) -> PledgeQuerySet:
        return queryset.filter(updated_at__lt=_midnight(day + timedelta(days=1)))

    def filter_supersedes(self, queryset: PledgeQuerySet, _name: str, pledges: list[int]) -> PledgeQuerySet:
        refs = Pledge.objects.filter(pk__in=pledges).values_list("ref", flat=True)
        return queryset.filter(supersedes__overlap=list(refs))

    def filter_responsible_body(self, queryset: PledgeQuerySet, _name: str, bodies: list[int]) -> PledgeQuerySet:
        slugs = Body.objects.filter(pk__in=bodies).order_by().values_list("slug", flat=True)
        return queryset.filter(responsible_bodies__overlap=list(slugs))

    def filter_timeliness(self, queryset: PledgeQuerySet, _name: str, kinds: list[str]) -> PledgeQuerySet:
        today = timezone.localdate()
        return reduce(or_, (queryset.with_timeliness(Timeliness(kind), today) for kind in kinds))

    def filter_q(self, queryset: PledgeQuerySet, _name: str, words: str) -> PledgeQuerySet:
        return queryset.search(words)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _keys(districts: QuerySet[District]) -> list[int]:
    """Return keys instead of a subquery: PostgreSQL can estimate the number of pledges of keys only."""
    return list(districts.order_by().values_list("pk", flat=True))
