"""The plain DRF contender: the list of pledges as most projects would build it with Django REST framework.

It has nested serializers, joins for related rows, a filter set and cursor pagination.
"""

from typing import Any

from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.pagination import CursorPagination
from rest_framework.serializers import CharField, ModelSerializer, SlugRelatedField
from rest_framework.viewsets import ReadOnlyModelViewSet

from pledges.models import Body, District, Document, Metric, Official, Pledge, Post, Statement, Unit
from pledges.models.metric import Topic


class DistrictSerializer(ModelSerializer[District]):
    parent = SlugRelatedField[District](slug_field="slug", read_only=True)  # type: ignore[assignment]

    class Meta:
        model = District
        fields = ["slug", "name", "name_en", "kind", "code", "parent"]


class OfficialSerializer(ModelSerializer[Official]):
    class Meta:
        model = Official
        fields = ["slug", "name"]


class PostSerializer(ModelSerializer[Post]):
    organisation = CharField(source="body.name", default=None)
    body = SlugRelatedField[Body](slug_field="slug", read_only=True)
    district = SlugRelatedField[District](slug_field="slug", read_only=True)

    class Meta:
        model = Post
        fields = ["id", "title", "organisation", "body", "district"]


class DocumentSerializer(ModelSerializer[Document]):
    class Meta:
        model = Document
        fields = ["slug", "title", "publisher", "date", "url"]


class StatementSerializer(ModelSerializer[Statement]):
    class Meta:
        model = Statement
        fields = ["id", "headline"]


class TopicSerializer(ModelSerializer[Topic]):
    class Meta:
        model = Topic
        fields = ["slug", "name"]


class MetricSerializer(ModelSerializer[Metric]):
    topic = TopicSerializer()
    dimension = SlugRelatedField[Any](slug_field="slug", read_only=True)

    class Meta:
        model = Metric
        fields = ["slug", "name", "name_en", "topic", "dimension", "direction", "tolerance"]


class UnitSerializer(ModelSerializer[Unit]):
    dimension = SlugRelatedField[Any](slug_field="slug", read_only=True)

    class Meta:
        model = Unit
        fields = ["symbol", "dimension", "factor", "numerator", "denominator"]


class PledgeSerializer(ModelSerializer[Pledge]):
    district = DistrictSerializer()
    official = OfficialSerializer(source="statement.official")
    post = PostSerializer(source="statement.post")
    document = DocumentSerializer(source="statement.document")
    statement = StatementSerializer()
    metric = MetricSerializer()
    compared_with = SlugRelatedField[Metric](slug_field="slug", read_only=True)
    compared_with_district = SlugRelatedField[District](slug_field="slug", read_only=True)
    unit = UnitSerializer()
    base_unit = CharField(source="unit.dimension.base_unit")

    class Meta:
        model = Pledge
        fields = [
            *("ref", "quote", "district", "official", "post", "document", "statement", "metric", "label"),
            *("compared_with", "compared_with_district"),
            *("measure", "bound", "value", "value_max", "unit", "amount", "amount_max", "base_unit", "baseline"),
            *(
                "baseline_year",
                "tolerance",
                "year",
                "period",
                "deadline",
                "strength",
                "tier",
                "note",
                "status",
                "status_since",
                "last_checked_on",
            ),
            *("created_at", "updated_at"),
        ]


class PledgePagination(CursorPagination):
    ordering = "ref"
    page_size = 50


class PledgeViewSet(ReadOnlyModelViewSet[Pledge]):
    queryset = Pledge.objects.filter(state="published").select_related(
        "district__parent",
        "compared_with",
        "compared_with_district",
        "metric__topic",
        "metric__dimension",
        "unit__dimension",
        "statement__document",
        "statement__official",
        "statement__post__district",
    )
    serializer_class = PledgeSerializer
    pagination_class = PledgePagination
    filter_backends = [DjangoFilterBackend]
    filterset_fields = ["district__slug", "year"]
