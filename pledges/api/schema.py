"""What the OpenAPI description says beyond what drf-spectacular finds out."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from .problems import CONTENT_TYPE, ProblemSerializer

PROBLEMS = {
    400: "A parameter or a field is unknown, repeated, wrong or breaks a rule; `errors` names them all.",
    401: "There is no token where one is needed, or it is unknown, expired or revoked.",
    404: "There is no such row, or it is not public.",
    406: "The client accepts no JSON.",
    500: "The server failed.",
}
OF_WRITES = {
    403: "The role does not allow this.",
    409: "It came too late: the follow-up is in another state by now; `detail` says since when.",
    412: "Somebody has changed the follow-up meanwhile; `version` is the current one.",
    413: "This is too much.",
    415: "The body is of another type.",
    422: "The `Idempotency-Key` was used for another request.",
    428: "`If-Match` is missing; `version` is the current one.",
    503: "Others wrote the same rows at this moment; after `Retry-After` it can be sent again.",
}
IF_MATCH = "The `ETag` of the version that was seen; with any other, nothing is done."
IDEMPOTENCY_KEY = "Made up by the client, 1 to 255 visible ASCII characters: the same request with it is done once."


class ProblemAutoSchema(AutoSchema):
    """Each operation has a line of its own in the documentation, and can also end in a problem."""

    @property
    def action(self) -> str:
        return getattr(self.view, "action", "")

    def get_auth(self) -> list[dict[str, Any]]:
        is_open = self.action not in getattr(self.view, "permissions", {})
        return [*super().get_auth(), *([{}] if is_open else [])]

    def get_tags(self) -> list[str]:
        return ["follow-ups"] if "follow-ups" in self.path else super().get_tags()

    def get_summary(self) -> str:
        (tag,) = self.get_tags()
        if tag == "start":
            return "What there is"
        if self.action == "list":
            return f"All {tag}{' of a pledge' if '{' in self.path else ''}, filtered and page by page"
        if self.action == "retrieve":
            return f"One of the {tag}"
        return str(getattr(self.view, self.action).__doc__).splitlines()[0].removesuffix(".")

    def get_request_serializer(self) -> Any:
        return getattr(self.view, "bodies", {}).get(self.action)

    def get_response_serializers(self) -> Any:
        problems = PROBLEMS if self.method == "GET" else PROBLEMS | OF_WRITES
        return dict([self._success()]) | {
            (status, CONTENT_TYPE): OpenApiResponse(ProblemSerializer, description)
            for status, description in sorted(problems.items())
            if status != 404 or "{" in self.path
        }

    def _success(self) -> tuple[Any, Any]:
        match self.action:
            case "destroy":
                return 204, OpenApiResponse(description="It is gone.")
            case "evidence_file":
                return (200, "*/*"), OpenApiTypes.BINARY
            case "create" | "add_evidence":
                return 201, super().get_response_serializers()
        return 200, super().get_response_serializers()

    def get_override_parameters(self) -> list[Any]:
        if "follow-ups" not in self.path:
            return []
        version = OpenApiParameter(
            "ETag", str, OpenApiParameter.HEADER, response=[200, 201], description="The version."
        )
        if self.method == "GET":
            return [version] if self.action == "retrieve" else []
        if self.action == "destroy":
            return [_header("If-Match", IF_MATCH, required=True)]
        headers = [version]
        if self.action != "create":
            headers.append(_header("If-Match", IF_MATCH, required=self.method != "POST"))
        if self.method == "POST":
            headers += [
                _header("Idempotency-Key", IDEMPOTENCY_KEY, pattern="^[!-~]{1,255}$"),
                _header(
                    "Idempotency-Replayed", "`true` where this is the answer to an earlier request.", response=True
                ),
            ]
        if self.action in ("create", "add_evidence"):
            headers.append(_header("Location", "The address of the follow-up.", response=True))
        return headers


def _header(name: str, description: str, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, description=description, **more)
