"""Who asks, by a token in the `Authorization` header, and what they may do: the same as in the admin."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

VIEW_FOLLOW_UPS = "pledges.view_followup"


class TokenAuthentication(KnoxTokenAuthentication):  # type: ignore[misc]  # knox has no types
    def authenticate(self, request: Request) -> Any:
        """Who sends another scheme, such as Bearer, is told so, and not taken for nobody."""
        found = super().authenticate(request)
        if found is None and request.headers.get("Authorization", "").strip():
            raise AuthenticationFailed
        return found

    def authenticate_credentials(self, token: bytes) -> Any:
        if not token.isascii():  # knox takes it for UTF-8
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


class MayDo(BasePermission):
    """Asks for all that the view's `permissions` name for an action; the others are open to all."""

    def has_permission(self, request: Request, view: Any) -> bool:
        needed = view.permissions.get(view.action)
        return needed is None or (request.user is not None and request.user.has_perms(needed))


def is_colleague(request: Request) -> bool:
    """Whether they see what is not public."""
    return request.user is not None and request.user.has_perm(VIEW_FOLLOW_UPS)
