"""Which addresses programs ask, from anywhere and without cookies; people have the others."""

from django.http import HttpRequest


def is_for_programs(request: HttpRequest) -> bool:
    """Whether it asks the API or a feed."""
    return request.path_info.startswith(("/api/", "/feeds/"))
