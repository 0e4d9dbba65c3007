"""What a browser may do with an answer: nothing at all, except where an answer is a page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# Unfold and Swagger UI write styles into their elements.
PAGE = (
    "default-src 'none'; script-src 'self'{scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
POLICIES = {
    "/admin/": PAGE.format(scripts=" 'unsafe-eval'"),  # for Alpine, on which Unfold is built
    "/api/v1/docs/": PAGE.format(scripts=""),
}
PERMISSIONS = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"


class SecurityHeadersMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", policy(request.path_info))
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response


def policy(path: str) -> str:
    return next((words for start, words in POLICIES.items() if path.startswith(start)), NOTHING)
