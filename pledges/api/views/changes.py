"""The change log: all changes of the public record since a cursor, in commit order, with the current pledges."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext_lazy as _
from rest_framework.mixins import ListModelMixin
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.viewsets import GenericViewSet

from pledges.api.fast_lists.json_rows import encode
from pledges.api.fast_lists.pagination import DEFAULT_LIMIT, MAX_LIMIT, page_response, request_url
from pledges.api.fast_lists.selection import ALL
from pledges.api.http.etags import ConditionalResponseMixin
from pledges.api.http.parameters import CheckedParametersView, describe
from pledges.api.serializers.changes import ChangeEntrySerializer, ChangeSerializer
from pledges.api.serializers.records import render_context
from pledges.api.views.records import PledgeViewSet
from pledges.database.snapshot import snapshot
from pledges.filters.fields import IntegerParameterField
from pledges.models import Change, Pledge, Revision
from pledges.models.change_log import LOG_START, LogCursor

SIGNER = Signer(sep=".", salt="changes")


class SinceForm(forms.Form):
    since = forms.CharField(
        required=False, help_text="`cursor` of an earlier response. Omit to start from the beginning."
    )
    limit = IntegerParameterField(
        min_value=1, max_value=MAX_LIMIT, required=False, help_text=f"Entries at most; {DEFAULT_LIMIT} if left out."
    )

    def clean_since(self) -> LogCursor:
        cursor = self.cleaned_data["since"]
        try:
            since = LogCursor(*SIGNER.unsign_object(cursor)) if cursor else LOG_START
        except BadSignature as error:
            raise forms.ValidationError(_("This cursor does not belong to the change log.")) from error
        if since != LOG_START and not Revision.objects.filter(number__gte=since.number).exists():
            raise forms.ValidationError(
                _(
                    "The cursor lies beyond the end of the change log (restored from a backup?). Start again "
                    "without `since`."
                )
            )
        return since


class ChangePage:
    """The entries after a cursor. `cursor` is the position of the last entry, from which a client continues later."""

    def __init__(self, form: SinceForm, request: Request) -> None:
        since, limit = form.cleaned_data["since"], form.cleaned_data["limit"] or DEFAULT_LIMIT
        changes = list(Change.objects.after(since, limit + 1))
        self.has_more = len(changes) > limit
        self.changes = changes[:limit]
        self.cursor = SIGNER.sign_object(self.changes[-1].position if self.changes else since)
        self.url = request_url(request)

    def response(self, entries: Iterable[str]) -> Response:
        """Return the response with these entries, which are JSON objects."""
        members = {
            "cursor": self.cursor,
            "next": replace_query_param(self.url, "since", self.cursor) if self.has_more else None,
        }
        return page_response(members, entries)


class ChangePageSchema(BasePagination):
    """The OpenAPI description of a `ChangePage`. It does not paginate."""

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["cursor", "next", "results"],
            "properties": {
                "cursor": {
                    "type": "string",
                    "description": "Send it as `since` to continue after this page.",
                },
                "next": {
                    "type": ["string", "null"],
                    "format": "uri",
                    "description": "The URL of the next page; null if there are no more changes yet.",
                },
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return describe(SinceForm().fields)


class ChangeViewSet(ConditionalResponseMixin, CheckedParametersView, ListModelMixin, GenericViewSet[Change]):
    """The change log: when pledges were published, changed, decided or withdrawn, in commit order."""

    queryset = Change.objects.all()
    serializer_class = ChangeSerializer
    pagination_class = ChangePageSchema
    filter_backends = []

    def get_parameter_forms(self) -> Sequence[forms.BaseForm]:
        self.since_form = SinceForm(self.request.query_params)
        return [self.since_form]

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        with snapshot():
            page = ChangePage(self.since_form, request)
            return page.response(self.json_entries(page.changes))

    def json_entries(self, changes: Sequence[Change]) -> Iterable[str]:
        """Return the entries as JSON objects, each with the current pledge."""
        public = Pledge.objects.public().filter(ref__in={change.ref for change in changes})
        keys = dict(public.values_list("ref", "pk"))
        context = {**self.get_serializer_context(), **render_context()}
        rows = PledgeViewSet.row_query(ALL).rows([*keys.values()], context)
        pledges = dict(zip(keys, rows, strict=True))
        return [
            f'{encode(ChangeEntrySerializer(change).data)[:-1]},"pledge":{pledges.get(change.ref, "null")}}}'
            for change in changes
        ]
