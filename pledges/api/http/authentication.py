"""Token authentication by the `Authorization` header. A token has the permissions of its user, as in the admin."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

VIEW_FOLLOW_UPS = "pledges.view_followup"


class TokenAuthentication(KnoxTokenAuthentication):  # type: ignore[misc]  # knox has no types
    def authenticate(self, request: Request) -> Any:
        """Reject other schemes, such as Bearer, with 401 instead of treating the client as anonymous."""
        found = super().authenticate(request)
        if found is None and request.headers.get("Authorization", "").strip():
            raise AuthenticationFailed
        return found

    def authenticate_credentials(self, token: bytes) -> Any:
        if not token.isascii():  # knox decodes it as UTF-8 and would raise
            raise AuthenticationFailed
        return super().authenticate_credentials(token)


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # drf-spectacular's own
    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token dx_…`, made in the admin or by `manage.py create_token`. Nothing public needs one.",
        }


class HasActionPermissions(BasePermission):
    """Requires the permissions that the view's `permissions` list for the action. Other actions are public."""

    def has_permission(self, request: Request, view: Any) -> bool:
        needed = view.permissions.get(view.action)
        return needed is None or (request.user is not None and request.user.has_perms(needed))


def can_view_unapproved(request: Request) -> bool:
    """Whether the client sees drafts, follow-ups under review and returned ones, and how each was reviewed."""
    return request.user is not None and request.user.has_perm(VIEW_FOLLOW_UPS)
