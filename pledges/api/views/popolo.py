"""Persons, organisations, posts and memberships in the Popolo data format (popoloproject.com)."""

from collections.abc import Generator
from contextlib import closing
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase, StreamingHttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from pledges.api.fast_lists.json_rows import BATCH_SIZE
from pledges.api.fast_lists.streaming import Stream, export_slot
from pledges.api.http.etags import ConditionalResponseMixin
from pledges.api.http.parameters import CheckedParametersView
from pledges.api.serializers import popolo
from pledges.api.views.computed import ComputedViewSet
from pledges.database.batches import batches
from pledges.database.snapshot import snapshot
from pledges.filters import lists
from pledges.models import Body, District, Redirect
from pledges.models.choices import RowKind


class PopoloViewSet(ComputedViewSet):
    """Lists in JSON only."""

    lookup_url_kwarg = "id"

    def get_renderers(self) -> list[Any]:
        return [renderer() for renderer in self.renderer_classes]

    def document_rows(self) -> Generator[str]:
        """Yield all rows of the list as JSON objects, for `PopoloView`."""
        rows = self.filter_queryset(self.get_queryset()).order_by(self.key).values_list("pk", self.key)
        found: Any = rows.iterator(chunk_size=BATCH_SIZE)
        with closing(found):
            yield from self.json_rows(primary_key for primary_key, _key in found)


class GroupedViewSet(PopoloViewSet):
    """A list with one row for each value of `key`, which several rows of the queryset can share."""

    lookup_value_converter = "path"

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return super().filter_queryset(queryset).order_by(self.key).distinct(self.key)


class PopoloPersonViewSet(PopoloViewSet):
    """Officials."""

    queryset = popolo.PERSONS
    filterset_class = lists.OfficialFilter

    def get_serializer_class(self) -> Any:
        is_detail = self.action == "retrieve"
        return popolo.PopoloPersonDetailSerializer if is_detail else popolo.PopoloPersonSerializer


class PopoloOrganizationViewSet(GroupedViewSet):
    """Organisations with at least one post: the leadership of each district, and bodies."""

    queryset = popolo.ORGANIZATIONS
    serializer_class = popolo.PopoloOrganizationSerializer
    filterset_class = lists.PostFilter
    key = lookup_field = "organization_id"

    def get_new_identifier(self, old: str) -> str | None:
        place, _separator, name = old.partition("/")
        district = Redirect.objects.target_of(RowKind.DISTRICT, place) or place
        if not name:
            return None if district == place else district
        slug = Redirect.objects.target_of(RowKind.BODY, name) or name
        # Earlier versions had the name of a body in the id.
        bodies = Body.objects.select_related("district")
        body = bodies.filter(slug=slug).first() or bodies.filter(district__slug=district, name=name).first()
        return f"{body.district.slug}/{body.slug}" if body else None


class PopoloPostViewSet(PopoloViewSet):
    """Posts, as printed."""

    queryset = popolo.POSTS
    serializer_class = popolo.PopoloPostSerializer
    filterset_class = lists.PostFilter
    key = lookup_field = "pk"
    lookup_value_converter = "int"


class PopoloMembershipViewSet(GroupedViewSet):
    """Memberships: which person held which post, according to the statements."""

    queryset = popolo.MEMBERSHIPS
    serializer_class = popolo.PopoloMembershipSerializer
    filterset_class = lists.StatementFilter
    key = lookup_field = "membership_id"

    def get_new_identifier(self, old: str) -> str | None:
        official, _separator, post = old.rpartition("/")
        new_official = Redirect.objects.target_of(RowKind.OFFICIAL, official)
        new_post = Redirect.objects.target_of(RowKind.POST, post)
        return f"{new_official or official}/{new_post or post}" if new_official or new_post else None


class PopoloAreaViewSet(PopoloViewSet):
    """Districts."""

    queryset = District.objects.select_related("parent")
    serializer_class = popolo.PopoloAreaSerializer
    filterset_class = lists.DistrictFilter


LISTS: dict[str, type[PopoloViewSet]] = {
    "persons": PopoloPersonViewSet,
    "organizations": PopoloOrganizationViewSet,
    "posts": PopoloPostViewSet,
    "memberships": PopoloMembershipViewSet,
    "areas": PopoloAreaViewSet,
}


class PopoloView(ConditionalResponseMixin, CheckedParametersView):
    """All lists in one document, read in one snapshot of the database."""

    serializer_class = popolo.PopoloDocumentSerializer

    @extend_schema(
        operation_id="popolo",
        summary="All persons, organizations, posts, memberships and areas in one document",
    )
    def get(self, request: Request) -> HttpResponseBase:
        if response := self.not_modified_response(request):
            return response
        chunks = Stream(_document(request)) if request.method == "GET" else ()
        return StreamingHttpResponse(chunks, content_type="application/json")


def _document(request: Request) -> Generator[bytes]:
    with export_slot(request), snapshot():
        prefix = "{"
        for name, view in LISTS.items():
            prefix += f'"{name}":['
            with closing(view(request=request, format_kwarg=None, action="").document_rows()) as rows:
                for batch in batches(rows, BATCH_SIZE):
                    yield f"{prefix}{','.join(batch)}".encode()
                    prefix = ","
            prefix = f"{prefix.rstrip(',')}],"
        yield f"{prefix[:-1]}}}".encode()
