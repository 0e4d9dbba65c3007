"""Following the record: what changed since a place in the log, in the order of commit, each with the pledge of now."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.viewsets import GenericViewSet

from pledges.api.fast_lists.json_rows import encode
from pledges.api.fast_lists.pagination import DEFAULT_LIMIT, MAX_LIMIT, page_response, page_url
from pledges.api.fast_lists.selection import ALL
from pledges.api.http.etags import ConditionalResponseMixin
from pledges.api.http.parameters import CheckedParameters, describe
from pledges.api.serializers.fields import MicrosecondDateTimeField
from pledges.api.serializers.records import PledgeSerializer, moment
from pledges.api.views.records import PledgeViewSet
from pledges.database.snapshot import snapshot
from pledges.filters.fields import PlainIntegerField
from pledges.models import Change, Pledge, Revision
from pledges.models.change_log import LOG_START, LogCursor

SIGNER = Signer(sep=".", salt="changes")


class SinceForm(forms.Form):
    since = forms.CharField(
        required=False, help_text="The `cursor` of an answer: what came after it. Left out: from the beginning."
    )
    limit = PlainIntegerField(
        min_value=1, max_value=MAX_LIMIT, required=False, help_text=f"Entries at most; {DEFAULT_LIMIT} if left out."
    )

    def clean_since(self) -> LogCursor:
        cursor = self.cleaned_data["since"]
        try:
            position = LogCursor(*SIGNER.unsign_object(cursor)) if cursor else LOG_START
        except BadSignature as error:
            raise forms.ValidationError(_("Not a cursor that this log gave out.")) from error
        if position != LOG_START and not Revision.objects.filter(number__gte=position.number).exists():
            raise forms.ValidationError(_("This log has not come so far, as after a restore: begin anew."))
        return position


class EntrySerializer(serializers.ModelSerializer[Change]):
    at = MicrosecondDateTimeField(read_only=True, help_text="When it became public.")

    class Meta:
        model = Change
        fields = ["kind", "ref", "at", "previous_status", "status"]
        read_only_fields = fields
        extra_kwargs = {
            "kind": {"help_text": "What happened to it in the eyes of the public."},
            "ref": {"help_text": "The reference of the pledge."},
            "previous_status": {"help_text": "Its status before; null if it was not public."},
            "status": {"help_text": "Its status then; null if it was public no longer."},
        }


class ChangeSerializer(EntrySerializer):
    """What happened to one pledge in one transaction."""

    pledge = PledgeSerializer(
        read_only=True, allow_null=True, help_text="As it is now, like a row of `pledges/`; null if it is not public."
    )

    class Meta(EntrySerializer.Meta):
        fields = [*EntrySerializer.Meta.fields, "pledge"]
        read_only_fields = fields


class ChangePagination(BasePagination):
    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        asked = view.since.cleaned_data
        limit = asked["limit"] or DEFAULT_LIMIT
        changes = list(Change.objects.after(asked["since"], limit + 1))
        self.has_more = len(changes) > limit
        self.url = page_url(request)
        page = changes[:limit]
        self.cursor = SIGNER.sign_object(page[-1].position if page else asked["since"])
        return page

    def get_paginated_response(self, data: Iterable[str]) -> Response:
        """`data` are the entries in JSON."""
        page = {
            "cursor": self.cursor,
            "next": replace_query_param(self.url, "since", self.cursor) if self.has_more else None,
        }
        return page_response(page, data)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["cursor", "next", "results"],
            "properties": {
                "cursor": {"type": "string", "description": "For `since`, to go on after this answer at any time."},
                "next": {"type": ["string", "null"], "format": "uri", "description": "Null if that was all for now."},
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return describe(SinceForm().fields)


class ChangeViewSet(ConditionalResponseMixin, CheckedParameters, ListModelMixin, GenericViewSet[Change]):
    """Every creation, change, change of status and withdrawal of a pledge, in the order of commit."""

    queryset = Change.objects.all()
    serializer_class = ChangeSerializer
    pagination_class = ChangePagination
    filter_backends = []

    def get_parameter_forms(self) -> Sequence[forms.BaseForm]:
        self.since = SinceForm(self.request.query_params)
        return [self.since]

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        with snapshot():
            changes = self.paginate_queryset(self.get_queryset())
            return self.get_paginated_response(self.texts(changes or []))

    def texts(self, changes: Sequence[Change]) -> Iterable[str]:
        """The entries in JSON."""
        public = Pledge.objects.public().filter(ref__in={change.ref for change in changes})
        keys = dict(public.values_list("ref", "pk"))
        context = {**self.get_serializer_context(), **moment()}
        rows = PledgeViewSet.query_for(ALL).rows([*keys.values()], context)
        pledges = dict(zip(keys, rows, strict=True))
        return [
            f'{encode(EntrySerializer(change).data)[:-1]},"pledge":{pledges.get(change.ref, "null")}}}'
            for change in changes
        ]
