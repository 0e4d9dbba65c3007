"""The list of pledges, to which users with a token can add drafts."""

from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from pledges.api.http.idempotency import idempotent
from pledges.api.http.permissions import HasActionPermissions
from pledges.api.http.problems import unconfirmed_warnings
from pledges.api.serializers.new_pledges import (
    NewPledgeSerializer,
    read_confirmations,
    read_entries,
    validation_error,
    warnings_of_drafts,
)
from pledges.api.views.records import PledgeViewSet
from pledges.importer.drafts import PERMISSIONS, UnconfirmedDraftsError, add_drafts
from pledges.importer.file_problems import LoadError
from pledges.importer.pledge_entry import PledgeEntry
from pledges.models import Pledge


class WritablePledgeViewSet(PledgeViewSet):
    permission_classes = [HasActionPermissions]
    permissions = {"create": PERMISSIONS}
    request_serializers = {"create": PledgeEntry}

    @idempotent
    def create(self, request: Request) -> Response:
        """Add a pledge, or a list of pledges, as drafts: all or none."""
        body = request.data
        try:
            drafts = add_drafts(read_entries(body), by=request.user, confirmed=read_confirmations(body))
        except LoadError as error:
            raise validation_error(error, body) from error
        except UnconfirmedDraftsError as error:
            detail = _("Probably wrong. If it is right, send the request again with the codes in `confirm`.")
            raise unconfirmed_warnings(detail, warnings_of_drafts(error, body)) from error
        refs = [draft.ref for draft in drafts]
        rows = {row.ref: row for row in Pledge.objects.with_context().filter(ref__in=refs)}
        serializer = NewPledgeSerializer([rows[ref] for ref in refs], many=True, context=self.get_serializer_context())
        data: Any = serializer.data
        return Response(data if isinstance(body, list) else data[0], HTTPStatus.CREATED)
