"""What the OpenAPI description says beyond what drf-spectacular finds out."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse

from .problems import CONTENT_TYPE, ProblemSerializer

PROBLEMS = {
    400: "A parameter is unknown, empty, repeated or wrong; `errors` names them all.",
    404: "There is no such row, or it is not public.",
    406: "The client accepts no JSON.",
    500: "The server failed.",
}


class ProblemAutoSchema(AutoSchema):
    """Each operation has a line of its own in the documentation, and can also end in a problem."""

    def get_summary(self) -> str:
        (tag,) = self.get_tags()
        if tag == "start":
            return "What there is"
        return f"One of the {tag}" if "{" in self.path else f"All {tag}, filtered and page by page"

    def get_response_serializers(self) -> Any:
        return {200: super().get_response_serializers()} | {
            (status, CONTENT_TYPE): OpenApiResponse(ProblemSerializer, description)
            for status, description in PROBLEMS.items()
            if status != 404 or "{" in self.path
        }
