"""Add to the OpenAPI description the parts that drf-spectacular cannot infer: errors, formats, and headers."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.permissions import IsAuthenticated

from pledges.api.fast_lists.formats import CSVForm, StreamingRenderer, XLSXRenderer
from pledges.api.fast_lists.selection import SelectionForm
from pledges.api.http.etags import ConditionalResponseMixin
from pledges.api.http.negotiation import PROBLEM_TYPE
from pledges.api.openapi.new_pledges import one_or_many
from pledges.api.serializers.new_pledges import NewPledgeSerializer
from pledges.api.serializers.problems import ProblemSerializer
from pledges.importer.pledge_entry import PledgeEntry
from pledges.models.choices import RowKind

MOVED = 308
PROBLEMS = {
    MOVED: "The row was merged into another one, to which `Location` leads.",
    400: "A parameter or a field is unknown, repeated or invalid; `errors` lists all errors.",
    401: "The token is missing, unknown, expired or revoked.",
    404: "There is no such row, or it is not public.",
    406: "None of the formats in `Accept` is available; `detail` lists those that are.",
    429: "Too many requests; `Retry-After` says how long to wait.",
    500: "The server failed.",
    503: "The request took too long, the server is overloaded, or a concurrent write interfered; `detail` says which.",
}
WRITE_PROBLEMS = {
    403: "The user or the token lacks the permission, or the follow-up is the user's own work; `detail` says which.",
    409: "The state of the follow-up does not allow this any more; `by` and `at` say who changed it when. Or it has"
    " `warnings`.",
    412: "The follow-up has changed since it was read; `version` is its current version.",
    413: "The body is too large.",
    415: "The media type of the body is not supported.",
    422: "The `Idempotency-Key` was already used for a different request.",
    428: "`If-Match` is missing; `version` is the current version.",
}
FORMATS = """

Pages are JSON. To get all rows at once as JSON Lines, CSV or XLSX, send `Accept`, or replace the last slash of the path
with `.jsonl`, `.csv` or `.xlsx`. These formats accept a `limit` above 1,000, but neither `cursor` nor `count`.
"""
BOM = OpenApiParameter("bom", enum=["true", "false"], description=CSVForm.base_fields["bom"].help_text)
FEWER_FIELDS = " The response then lacks other fields, even if its schema requires them."
VERBS = {"partial_update": "update", "destroy": "delete", "return_to_author": "return"}
IF_MATCH = "The `ETag` of the follow-up as you read it. If it has changed since, the request fails with 412."
REPLAYED = "`true` if this is the stored response to an earlier request with the same key."
ETAG = "The version. Send it in `If-None-Match` to get an empty 304 while it is unchanged."
LAST_MODIFIED = "When the record last changed. Send it in `If-Modified-Since` to get an empty 304 until it changes."
IDEMPOTENCY_KEY = "1 to 255 visible ASCII characters, chosen by the client. A repeated request is not executed again."


class ProblemAutoSchema(AutoSchema):
    """An `AutoSchema` that adds a unique summary, problems, formats and headers to each operation."""

    @property
    def action(self) -> str:
        return getattr(self.view, "action", "")

    def get_auth(self) -> list[dict[str, Any]]:
        """Writing requires a token, and `me/`. Of what else can be read, only follow-ups depend on it."""
        if self.action in getattr(self.view, "permissions", {}) or IsAuthenticated in self.view.permission_classes:
            return list(super().get_auth())
        return [*super().get_auth(), {}] if "follow-ups" in self.path else []

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
            return "Index of the API"
        items = " ".join(self._tokenize_path()) if tag == "popolo" else tag
        if tag == "changes":
            return "List changes in commit order"
        if self.action == "list":
            return f"List {items}{' of a pledge' if '{' in self.path else ''}"
        if self.action == "retrieve":
            return f"Retrieve one of the {items}"
        return str(getattr(self.view, self.action).__doc__).splitlines()[0].removesuffix(".")

    def get_description(self) -> str:  # type: ignore[override]  # drf-spectacular's signature differs from DRF's
        return f"{super().get_description()}{FORMATS if self.row_formats else ''}"

    @property
    def row_formats(self) -> list[StreamingRenderer]:
        return [renderer for renderer in self.view.get_renderers() if isinstance(renderer, StreamingRenderer)]

    def get_request_serializer(self) -> Any:
        serializer = getattr(self.view, "request_serializers", {}).get(self.action)
        if serializer is not PledgeEntry:
            return serializer
        entry = {"$ref": f"#/components/schemas/{PledgeEntry.__name__}"}  # `entry_schema()` describes it
        return {"application/json": one_or_many(entry)}

    def get_response_serializers(self) -> Any:
        problems = PROBLEMS if self.method == "GET" else PROBLEMS | WRITE_PROBLEMS
        return self._success() | {
            (status, PROBLEM_TYPE): OpenApiResponse(ProblemSerializer, description)
            for status, description in sorted(problems.items())
            if self._can_respond(status)
        }

    def _can_respond(self, status: int) -> bool:
        match status:
            case 404:
                return "{" in self.path
            case 412 | 428:
                return "follow-ups" in self.path
            case _:
                return status != MOVED or self.has_redirects

    @property
    def has_redirects(self) -> bool:
        view: Any = self.view
        return self.action == "retrieve" and view.queryset.model._meta.model_name in RowKind.values

    def _success(self) -> dict[Any, Any]:
        match self.action:
            case "destroy":
                return {204: OpenApiResponse(description="Deleted.")}
            case "evidence_file":
                # Client generators treat only `application/octet-stream` as bytes.
                return {(200, kind): OpenApiTypes.BINARY for kind in ("application/octet-stream", "*/*")}
            case "create" if self.path.endswith("/pledges/"):
                draft = self.resolve_serializer(NewPledgeSerializer, "response")
                return {201: OpenApiResponse(one_or_many(draft.ref), "Added as drafts.")}
            case "create" | "add_evidence":
                return {201: super().get_response_serializers()}
        files = {
            (200, renderer.media_type): OpenApiTypes.BINARY if isinstance(renderer, XLSXRenderer) else OpenApiTypes.STR
            for renderer in self.row_formats
        }
        return {(200, "application/json") if files else 200: super().get_response_serializers()} | files

    def get_override_parameters(self) -> list[Any]:
        retry_after = _header("Retry-After", "Seconds to wait before the next request.", type=int, response=[429, 503])
        return [
            *self._selection(),
            *([BOM] if self.row_formats else []),
            *self._request_headers(),
            *self._response_headers(),
            retry_after,
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
            is_versioned = "follow-ups" in self.path
            headers = []
            if is_versioned and self.action != "destroy":
                headers.append(_header("ETag", "The version.", response=[200, 201]))
            if self.method == "POST":
                headers.append(_header("Idempotency-Replayed", REPLAYED, response=[200, 201]))
            if is_versioned and self.action in ("create", "add_evidence"):
                created = "piece of evidence" if self.action == "add_evidence" else "follow-up"
                headers.append(_header("Location", f"The URL of the {created}.", response=[201]))
            return headers
        if not isinstance(self.view, ConditionalResponseMixin):
            return []
        etag = _header("ETag", ETAG, response=[200])
        last_modified = _header("Last-Modified", LAST_MODIFIED, response=[200])
        return [etag] if self.action == "evidence_file" else [etag, last_modified]


def _header(name: str, description: str, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, location=OpenApiParameter.HEADER, description=description, **more)
