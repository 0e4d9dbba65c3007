"""Token authentication by the `Authorization` header. A request has the permissions of the token's user."""

from typing import Any

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from knox.models import AuthToken
from rest_framework.authentication import get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

SCHEMES = (b"token", b"bearer")


class TokenAuthentication(KnoxTokenAuthentication):  # type: ignore[misc]  # knox has no types
    """`Authorization: Token …` or `Authorization: Bearer …`, with the same tokens."""

    def authenticate(self, request: Request) -> Any:
        """Reject other schemes, such as Basic, with 401 instead of treating the client as anonymous."""
        match get_authorization_header(request).split():
            case []:
                return None
            case [scheme, token] if scheme.lower() in SCHEMES:
                return self.authenticate_credentials(token)
        raise AuthenticationFailed

    def authenticate_credentials(self, token: bytes) -> Any:
        if not token.isascii():  # knox would decode it as UTF-8 and could raise UnicodeDecodeError
            raise AuthenticationFailed
        return super().authenticate_credentials(token)

    def _cleanup_token(self, auth_token: AuthToken) -> bool:
        """Return whether the token has expired. It is kept: the clock may have been wrong."""
        return auth_token.expiry is not None and auth_token.expiry < timezone.now()


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # drf-spectacular's own
    target_class = TokenAuthentication
    name = ["bearer", "token"]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:
        bearer = {
            "type": "http",
            "scheme": "bearer",
            "description": (
                "A token, `dx_…`, from the admin or `manage.py create_token`. Public data needs no token. Approving and"
                " returning follow-ups need a token with this right."
            ),
        }
        token = {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "The same token after another word: `Token dx_…`.",
        }
        return [bearer, token]

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, Any]]:
        return [{name: []} for name in self.name]
