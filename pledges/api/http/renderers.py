"""JSON renderers."""

import json
from typing import Any

from rest_framework import renderers


class JSONRenderer(renderers.JSONRenderer):
    """A JSON renderer that returns bytes unchanged, because they are JSON already, unless indentation is requested."""

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
        if isinstance(data, bytes):
            if not self.get_indent(accepted_media_type, renderer_context or {}):
                return data
            data = json.loads(data)
        return super().render(data, accepted_media_type, renderer_context)


class FileRenderer(JSONRenderer):
    """The renderer of endpoints that return a file for any `Accept` header. Error responses are JSON."""

    media_type = "*/*"
