"""Token authentication by the `Authorization` header. A request has the permissions of the token's user."""

from typing import Any

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from knox.models import AuthToken
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request


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

    def _cleanup_token(self, auth_token: AuthToken) -> bool:
        """Return whether the token has expired. It is kept: the clock may have been wrong."""
        return auth_token.expiry is not None and auth_token.expiry < timezone.now()


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # drf-spectacular's own
    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": (
                "`Token dx_…`, from the admin or `manage.py create_token`. Public data needs no token. Approving and"
                " returning follow-ups need a token with this right."
            ),
        }
