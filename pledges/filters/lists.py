"""The filter sets of all lists except pledges."""

from typing import Any

from django import forms
from django_filters import CharFilter, Filter

from pledges.filters.derived import PledgeConditionFilter
from pledges.filters.fields import unknown_value
from pledges.filters.pledges import (
    BODY_NAMES,
    POST_NAMES,
    POSTS,
    BodiesFilter,
    ChoicesFilter,
    PlacesFilter,
    PledgeFilter,
    PledgeFilterForm,
    RecordFilterSet,
    RowsFilter,
)
from pledges.models import Body, District, Document, Official, Pledge
from pledges.models.choices import BodyKind, Direction, DistrictKind, DocumentKind, ReviewState
from pledges.models.follow_up import ASSIGNABLE_STATUSES, FollowUpQuerySet
from pledges.models.metric import Topic
from pledges.models.person import OfficialQuerySet
from pledges.models.place import DistrictQuerySet
from pledges.models.unit import Dimension


class NameSearchFilter(CharFilter):
    """A part of the names of a row, regardless of case, width, accents and simplified or traditional characters."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(field_name="search_text", lookup_expr="has_folded", max_length=100, **kwargs)


class StatusFilter(RecordFilterSet):
    status = ChoicesFilter(choices=ASSIGNABLE_STATUSES, help_text="The status found.")


class PublicReferenceField(forms.CharField):
    def clean(self, value: Any) -> Any:
        ref = super().clean(value)
        if ref and not Pledge.objects.public().filter(ref=ref).exists():
            raise unknown_value(ref, [])
        return ref


class ReferenceFilter(Filter):
    field_class = PublicReferenceField


class FollowUpFilter(StatusFilter):
    """The filters of follow-ups, and all of pledges: the pledge's own status is `pledge_status`."""

    form_base = PledgeFilterForm

    pledge = ReferenceFilter(
        field_name="pledge__ref", max_length=64, help_text="The reference of a pledge that is published."
    )
    state = ChoicesFilter(choices=ReviewState.choices, help_text="Review state; without a staff token only `approved`.")
    author = ChoicesFilter(
        choices=[("me", "me")], method="filter_author", help_text="`me`: follow-ups written by the owner of the token."
    )

    @classmethod
    def get_filters(cls) -> Any:
        of_pledges = {
            {"status": "pledge_status", "status_not": "pledge_status_not"}.get(name, name): PledgeConditionFilter(
                each, help_text=f"Of the pledge: {each.extra['help_text']}", filterset_class=PledgeFilter
            )
            for name, each in PledgeFilter.base_filters.items()
        }
        return super().get_filters() | of_pledges

    def filter_author(self, queryset: FollowUpQuerySet, _name: str, _value: list[str]) -> FollowUpQuerySet:
        user = self.request.user
        return queryset.filter(author=user) if user else queryset.none()


class AmendmentFilter(RecordFilterSet):
    pledge = ReferenceFilter(
        field_name="pledges__pledge__ref", max_length=64, help_text="The reference of a pledge that it changed."
    )


class DistrictFilter(RecordFilterSet):
    q = CharFilter(
        method="filter_q",
        max_length=100,
        help_text="A part of a name, also in English or in pinyin (`chongqing`, `chong qing`), the initials of the"
        " pinyin (`cq`), or the beginning of the code.",
    )
    kind = ChoicesFilter(choices=DistrictKind.choices, help_text="The kind of place.")
    parent = PlacesFilter(
        help_text="The direct parent: slug, code, exact name or alias.",
    )

    def filter_q(self, queryset: DistrictQuerySet, _name: str, text: str) -> DistrictQuerySet:
        return queryset.search(text)


class OfficialFilter(RecordFilterSet):
    q = NameSearchFilter(help_text="A part of the name, also in pinyin.")
    district = PlacesFilter(
        method="filter_district",
        help_text="The district of one of the official's pledges: slug, code, exact name or alias.",
    )

    def filter_district(self, queryset: OfficialQuerySet, _name: str, districts: list[District]) -> OfficialQuerySet:
        pledges = Pledge.objects.public().filter(district__in=districts)
        return queryset.filter(pk__in=pledges.values("statement__official"))


class BodyFilter(RecordFilterSet):
    q = NameSearchFilter(help_text="A part of a name, also of the English one or in pinyin.")
    kind = ChoicesFilter(choices=BodyKind.choices, help_text="The kind of body.")
    district = PlacesFilter(
        help_text="The place of the body: slug, GB/T 2260 code, exact name or alias.",
    )
    parent = RowsFilter(
        queryset=Body.objects.all(),
        named_by=BODY_NAMES,
        shared_name="name",
        help_text="The body of which it is a part: slug or name.",
    )


class PostFilter(RecordFilterSet):
    district = PlacesFilter(
        help_text="The place of the post: slug, code, exact name or alias.",
    )
    body = BodiesFilter(
        help_text="The body to which the post belongs: slug or name.",
    )


class DocumentFilter(RecordFilterSet):
    q = NameSearchFilter(help_text="A part of the title, also in pinyin.")
    kind = ChoicesFilter(choices=DocumentKind.choices, help_text="The kind of document.")


class StatementFilter(RecordFilterSet):
    document = RowsFilter(queryset=Document.objects.public().defer("text"), help_text="The document: slug.")
    official = RowsFilter(
        queryset=Official.objects.public(),
        named_by=("slug", "name"),
        shared_name="name",
        help_text="The official: slug or name. A name matches all persons with it.",
    )
    official_slug = RowsFilter(
        field_name="official",
        queryset=Official.objects.public(),
        help_text="The official: slug only, which names one person.",
    )
    post = RowsFilter(
        queryset=POSTS,
        named_by=POST_NAMES,
        shared_name="title",
        help_text="The post held on that day: exact title or id.",
    )
    body = BodiesFilter(
        help_text="The body that made the statement, alone or with the official: slug or name.",
    )


class MetricFilter(RecordFilterSet):
    q = NameSearchFilter(help_text="A part of a name, also of the English one or in pinyin.")
    topic = RowsFilter(queryset=Topic.objects.all(), help_text="The topic: slug.")
    dimension = RowsFilter(queryset=Dimension.objects.all(), help_text="The dimension of its units: slug.")
    direction = ChoicesFilter(choices=Direction.choices, help_text="Whether more or less is better.")


class UnitFilter(RecordFilterSet):
    dimension = RowsFilter(queryset=Dimension.objects.all(), help_text="The dimension: slug.")
