"""The body of the response to `OPTIONS`."""

from typing import Any

from rest_framework.metadata import BaseMetadata
from rest_framework.request import Request, clone_request

METHODS_WITH_BODY = {"POST", "PUT", "PATCH"}


class Metadata(BaseMetadata):
    """The formats that a URL returns, and those of bodies that it takes.

    DRF's own metadata has those of the action `metadata`, and parsers also for URLs that take no body.
    """

    def determine_metadata(self, request: Request, view: Any) -> dict[str, Any]:
        is_writable = not METHODS_WITH_BODY.isdisjoint(view.allowed_methods)
        view.request = clone_request(request, "GET")
        view.action = getattr(view, "action_map", {}).get("get")
        return {
            "name": view.get_view_name(),
            "description": view.get_view_description(),
            "renders": [renderer.media_type for renderer in view.get_renderers()],
            "parses": [parser.media_type for parser in view.get_parsers()] if is_writable else [],
        }
