"""Which requests are for programs: JSON errors, no cookies, readable from any origin."""

from django.http import HttpRequest


def is_api_request(request: HttpRequest) -> bool:
    """Whether the request is for the API or a feed, and not for a page of the admin."""
    return request.path_info.startswith(("/api/", "/feeds/"))
