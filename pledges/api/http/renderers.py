"""JSON renderers."""

import json
from typing import Any

from rest_framework import renderers


class JSONRenderer(renderers.JSONRenderer):
    """Returns bytes unchanged, as they are JSON already, unless the client requests indentation."""

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
        if isinstance(data, bytes):
            if not self.get_indent(accepted_media_type, renderer_context or {}):
                return data
            data = json.loads(data)
        return super().render(data, accepted_media_type, renderer_context)


class FileRenderer(JSONRenderer):
    """For an endpoint that returns a file, whatever the client accepts. Its problems are JSON."""

    media_type = "*/*"
