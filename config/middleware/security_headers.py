"""Set `Content-Security-Policy` and `Permissions-Policy` to forbid everything that the HTML pages don't need."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

DENY_ALL = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# Inline styles are allowed, because Unfold and Swagger UI use them.
PAGE = (
    "default-src 'none'; script-src 'self'{scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
POLICIES = {  # by path prefix
    "/admin/": PAGE.format(scripts=" 'unsafe-eval'"),  # needed by Alpine.js, which Unfold uses
    "/api/v1/docs/": PAGE.format(scripts=""),
}
PERMISSIONS = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"


class SecurityHeadersMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", _content_policy(request.path_info))
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response


def _content_policy(path: str) -> str:
    return next((policy for prefix, policy in POLICIES.items() if path.startswith(prefix)), DENY_ALL)
