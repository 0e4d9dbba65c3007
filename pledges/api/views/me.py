"""The owner of the token of a request, so that a program can check a token before it writes."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from pledges.api.http.parameters import CheckedParametersView
from pledges.api.http.permissions import APPROVE, reason_not_to_approve
from pledges.api.serializers.me import MeSerializer


class MeView(CheckedParametersView):
    """The user and the permissions of the token, and when it expires."""

    serializer_class = MeSerializer
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="me", tags=["me"], summary="Show the owner of the token")
    def get(self, request: Request) -> Response:
        user: Any = request.user
        auth: Any = request.auth
        token = {
            "expires_at": auth.expiry,
            "may_approve": user.has_perm(APPROVE) and reason_not_to_approve(request) is None,
        }
        found = {
            "user": user.get_username(),
            "roles": user.groups.order_by("name").values_list("name", flat=True),
            "permissions": sorted(user.get_all_permissions()),
            "token": token,
        }
        return Response(MeSerializer(found).data, headers={"Cache-Control": "private, no-store"})
