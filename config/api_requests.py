"""Identify requests for the API and the feeds.

They get CORS headers, problem documents as errors, and no language cookie.
"""

from django.http import HttpRequest


def is_api_request(request: HttpRequest) -> bool:
    """Return whether the request is for the API or a feed, as opposed to an HTML page."""
    return request.path_info.startswith(("/api/", "/feeds/"))
