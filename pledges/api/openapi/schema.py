"""Extend drf-spectacular by what it cannot infer: problems, formats, preconditions and headers."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from pledges.api.fast_lists.formats import CSVForm, StreamingRenderer, XLSXRenderer
from pledges.api.fast_lists.selection import SelectionForm
from pledges.api.http.etags import ConditionalResponseMixin
from pledges.api.http.problems import CONTENT_TYPE
from pledges.api.serializers.problems import ProblemSerializer

PROBLEMS = {
    400: "A parameter or a field is unknown, repeated, wrong or breaks a rule; `errors` names them all.",
    401: "There is no token where one is needed, or it is unknown, expired or revoked.",
    404: "There is no such row, or it is not public.",
    406: "The client accepts nothing that this address gives; `detail` names it.",
    429: "The client has asked too often; `Retry-After` says how long to wait.",
    500: "The server failed.",
    503: "This took too long, or the server has too much to do, or others wrote the same rows; `detail` says which.",
}
WRITE_PROBLEMS = {
    403: "The role does not allow this.",
    409: "It came too late: the follow-up is in another state by now; `detail` says since when.",
    412: "Somebody has changed the follow-up meanwhile; `version` is the current one.",
    413: "This is too much.",
    415: "The body is of another type.",
    422: "The `Idempotency-Key` was used for another request.",
    428: "`If-Match` is missing; `version` is the current one.",
}
FORMATS = """

Pages are JSON. All rows at once are had as JSON Lines, CSV or XLSX, by `Accept` or by an address that ends in `.jsonl`,
`.csv` or `.xlsx` in place of the last slash. They take any `limit`, and neither `cursor` nor `count`.
"""
BOM = OpenApiParameter("bom", enum=["true", "false"], description=CSVForm.base_fields["bom"].help_text)
FEWER_FIELDS = " The answer then lacks others that its schema requires."
VERBS = {"partial_update": "update", "destroy": "delete", "return_to_author": "return"}
IF_MATCH = "The `ETag` of the version that was seen; with any other, nothing is done."
REPLAYED = "`true` where this is the answer to an earlier request."
SEEN = "The version; sent back in `If-None-Match`, the answer is an empty 304 as long as it is the same."
MODIFIED = "When the record changed; sent back in `If-Modified-Since`, likewise."
IDEMPOTENCY_KEY = "Made up by the client, 1 to 255 visible ASCII characters: the same request with it is done once."


class ProblemAutoSchema(AutoSchema):
    """An `AutoSchema` that adds a unique summary, problems, formats and headers to each operation."""

    @property
    def action(self) -> str:
        return getattr(self.view, "action", "")

    def get_auth(self) -> list[dict[str, Any]]:
        """Only follow-ups accept a token; reading them does not require one."""
        if not hasattr(self.view, "permissions"):
            return []
        return [*super().get_auth(), *([] if self.action in self.view.permissions else [{}])]

    def get_tags(self) -> list[str]:
        return ["follow-ups"] if "follow-ups" in self.path else super().get_tags()

    def get_operation_id(self) -> str:
        if not self.action or self.action in ("list", "retrieve", "create"):
            return str(super().get_operation_id())
        return f"follow_ups_{VERBS.get(self.action, self.action)}"

    def get_paginated_name(self, serializer_name: str) -> str:
        return f"{serializer_name}Page"

    def get_summary(self) -> str:
        (tag,) = self.get_tags()
        if tag == "start":
            return "What there is"
        items = " ".join(self._tokenize_path()) if tag == "popolo" else tag
        if tag == "changes":
            return "What changed, in the order of commit"
        if self.action == "list":
            return f"All {items}{' of a pledge' if '{' in self.path else ''}, filtered and page by page"
        if self.action == "retrieve":
            return f"One of the {items}"
        return str(getattr(self.view, self.action).__doc__).splitlines()[0].removesuffix(".")

    def get_description(self) -> str:  # type: ignore[override]  # drf-spectacular's signature differs from DRF's
        return f"{super().get_description()}{FORMATS if self.row_formats else ''}"

    @property
    def row_formats(self) -> list[StreamingRenderer]:
        return [renderer for renderer in self.view.get_renderers() if isinstance(renderer, StreamingRenderer)]

    def get_request_serializer(self) -> Any:
        return getattr(self.view, "request_serializers", {}).get(self.action)

    def get_response_serializers(self) -> Any:
        problems = PROBLEMS if self.method == "GET" else PROBLEMS | WRITE_PROBLEMS
        return self._success() | {
            (status, CONTENT_TYPE): OpenApiResponse(ProblemSerializer, description)
            for status, description in sorted(problems.items())
            if status != 404 or "{" in self.path
        }

    def _success(self) -> dict[Any, Any]:
        match self.action:
            case "destroy":
                return {204: OpenApiResponse(description="Deleted.")}
            case "evidence_file":
                # Client generators treat only `application/octet-stream` as bytes.
                return {(200, kind): OpenApiTypes.BINARY for kind in ("application/octet-stream", "*/*")}
            case "create" | "add_evidence":
                return {201: super().get_response_serializers()}
        files = {
            (200, renderer.media_type): OpenApiTypes.BINARY if isinstance(renderer, XLSXRenderer) else OpenApiTypes.STR
            for renderer in self.row_formats
        }
        return {(200, "application/json") if files else 200: super().get_response_serializers()} | files

    def get_override_parameters(self) -> list[Any]:
        later = _header("Retry-After", "Seconds until it is worth asking again.", type=int, response=[429, 503])
        return [
            *self._selection(),
            *([BOM] if self.row_formats else []),
            *self._request_headers(),
            *self._response_headers(),
            later,
        ]

    def _selection(self) -> list[OpenApiParameter]:
        view: Any = self.view
        if not hasattr(view, "row_query") or self.action not in ("list", "retrieve"):
            return []
        form: Any = SelectionForm(None, view.get_serializer_class())
        return [
            OpenApiParameter(name, many=True, explode=False, description=f"{field.help_text}{FEWER_FIELDS}")
            for name, field in form.fields.items()
        ]

    def _request_headers(self) -> list[OpenApiParameter]:
        """Return the headers of write requests."""
        match self.method, self.action:
            case "GET", _:
                return []
            case "POST", action:
                key = _header("Idempotency-Key", IDEMPOTENCY_KEY, pattern="^[!-~]{1,255}$")
                return [key] if action == "create" else [_header("If-Match", IF_MATCH), key]
        return [_header("If-Match", IF_MATCH, required=True)]

    def _response_headers(self) -> list[OpenApiParameter]:
        """Return the headers of successful responses."""
        if self.method != "GET":
            headers = [] if self.action == "destroy" else [_header("ETag", "The version.", response=[200, 201])]
            if self.method == "POST":
                headers.append(_header("Idempotency-Replayed", REPLAYED, response=[200, 201]))
            if self.action in ("create", "add_evidence"):
                headers.append(_header("Location", "The address of the follow-up.", response=[201]))
            return headers
        if not isinstance(self.view, ConditionalResponseMixin):
            return []
        etag, modified = _header("ETag", SEEN, response=[200]), _header("Last-Modified", MODIFIED, response=[200])
        return [etag] if self.action == "evidence_file" else [etag, modified]


def _header(name: str, description: str, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, location=OpenApiParameter.HEADER, description=description, **more)
