"""Token authentication by the `Authorization` header. A request has the permissions of the token's user."""

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
        credentials = super().authenticate(request)
        if credentials is None and request.headers.get("Authorization", "").strip():
            raise AuthenticationFailed
        return credentials

    def authenticate_credentials(self, token: bytes) -> Any:
        if not token.isascii():  # knox would decode it as UTF-8 and could raise UnicodeDecodeError
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
            "description": "`Token dx_…`, from the admin or `manage.py create_token`. Public data needs no token.",
        }


class HasActionPermissions(BasePermission):
    """Require the permissions that `view.permissions` lists for the action. Actions that it omits are public."""

    def has_permission(self, request: Request, view: Any) -> bool:
        required = view.permissions.get(view.action)
        return required is None or (request.user is not None and request.user.has_perms(required))


def can_view_unapproved(request: Request) -> bool:
    """Return whether the client may see unapproved follow-ups, and the review of each follow-up."""
    return request.user is not None and request.user.has_perm(VIEW_FOLLOW_UPS)
