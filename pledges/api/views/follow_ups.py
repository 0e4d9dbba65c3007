"""Follow-ups. Anybody can read the approved ones. Users with a token can write and review them."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_vary_headers
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from rest_framework.decorators import action
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from pledges.api.http.idempotency import idempotent
from pledges.api.http.parsers import JSONParser, MultiPartParser
from pledges.api.http.permissions import APPROVE, HasActionPermissions, can_view_unapproved
from pledges.api.http.preconditions import check_version, follow_up_problem, version_etag
from pledges.api.http.problems import unconfirmed_warnings
from pledges.api.http.renderers import FileRenderer
from pledges.api.serializers.follow_up_requests import (
    FileRequestSerializer,
    FollowUpRequestSerializer,
    NewEvidenceRequestSerializer,
    NoteRequestSerializer,
    SubmissionRequestSerializer,
)
from pledges.api.serializers.follow_ups import (
    EvidenceSerializer,
    ReviewedFollowUpSerializer,
    with_serializer_relations,
)
from pledges.api.serializers.problems import warning_document
from pledges.api.serializers.requests import RequestSerializer
from pledges.api.views.computed import ComputedViewSet
from pledges.filters import lists
from pledges.models import Evidence, FollowUp, Pledge
from pledges.models.choices import ReviewState
from pledges.models.follow_up import REVIEWED
from pledges.models.violations import violation_messages
from pledges.workflow import review
from pledges.workflow.downloads import file_response, with_files
from pledges.workflow.warnings import UnconfirmedWarningsError, confirm_warnings

CHANGE = "pledges.change_followup"
ADD_EVIDENCE, DELETE_EVIDENCE = "pledges.add_evidence", "pledges.delete_evidence"


def check_warnings(follow_up: FollowUp, body: RequestSerializer) -> None:
    """Raise 409 with the warnings about a saved follow-up that the body does not confirm with a reason."""
    try:
        confirm_warnings(follow_up, body.validated_data.get("confirm", []))
    except UnconfirmedWarningsError as error:
        detail = _("Probably wrong. If it is right, send the request again with the codes in `confirm` and a `reason`.")
        raise unconfirmed_warnings(detail, [warning_document(warning) for warning in error.warnings]) from error


def save_reason(follow_up: FollowUp, body: RequestSerializer) -> None:
    if reason := body.validated_data.get("reason"):
        follow_up.reason = reason
        follow_up.save(update_fields=["reason"])


class BaseFollowUpViewSet(ComputedViewSet):
    """The base of follow-up views. Only staff users see unapproved follow-ups and reviews.

    `permissions` and `request_serializers` map the names of actions.
    """

    serializer_class = ReviewedFollowUpSerializer
    permission_classes = [HasActionPermissions]
    key = lookup_field = "id"
    lookup_value_converter = "int"
    orderings = {"reviewed": REVIEWED, "-reviewed": REVIEWED}
    default_ordering = "-reviewed"
    permissions: dict[str, list[str]] = {}
    request_serializers: dict[str, Any] = {}

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        patch_vary_headers(response, ["Authorization"])
        if getattr(request, "auth", None):
            response["Cache-Control"] = "private, no-store"
        review = isinstance(response, Response) and isinstance(response.data, dict) and response.data.get("review")
        if review:
            response["ETag"] = version_etag(review["version"])
        if response.status_code == HTTPStatus.CREATED:
            response["Location"] = self.location(response.data)
        return response

    def location(self, created: dict[str, Any]) -> str:
        """Return the URL of what a request created, whose response shows the follow-up."""
        return str(created["url"])

    def is_public_response(self, request: Request) -> bool:
        return request.auth is None

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "can_view_unapproved": can_view_unapproved(self.request)}

    def check_may_write_evidence(self, body: RequestSerializer, *permissions: str) -> None:
        """Raise 403 if the body contains evidence and the user lacks the permissions to write it."""
        if "evidence" in body.validated_data and not self.request.user.has_perms(permissions):
            self.permission_denied(self.request)

    def follow_up_response(self, pk: int, status: HTTPStatus = HTTPStatus.OK) -> Response:
        return Response(self.get_serializer(with_serializer_relations(FollowUp.objects.all()).get(pk=pk)).data, status)


class PledgeFollowUpViewSet(BaseFollowUpViewSet):
    """The approved follow-ups of one pledge, newest first."""

    queryset = with_serializer_relations(FollowUp.objects.public())
    filterset_class = lists.StatusFilter
    permissions = {"create": ["pledges.add_followup"]}
    request_serializers = {"create": FollowUpRequestSerializer}

    @cached_property
    def pledge(self) -> Pledge:
        pledges = Pledge.objects.public().select_related("unit", "metric")
        return get_object_or_404(pledges, ref=self.kwargs["ref"])

    def filter_queryset(self, queryset: Any) -> Any:
        return super().filter_queryset(queryset.filter(pledge=self.pledge))

    @idempotent
    def create(self, request: Request, ref: str) -> Response:
        """Create a draft of a follow-up of this pledge, with its evidence."""
        body = FollowUpRequestSerializer(
            data=request.data, context={"new": {"pledge": self.pledge, "author": request.user}}
        )
        body.is_valid(raise_exception=True)
        self.check_may_write_evidence(body, ADD_EVIDENCE)
        follow_up = body.save()
        check_warnings(follow_up, body)
        return self.follow_up_response(follow_up.pk, HTTPStatus.CREATED)


class FollowUpViewSet(BaseFollowUpViewSet):
    """Follow-ups of pledges. Staff users with a token see all of them, others only the approved ones."""

    queryset = with_serializer_relations(FollowUp.objects.public())
    filterset_class = lists.FollowUpFilter
    permissions = {
        "partial_update": [CHANGE],
        "destroy": ["pledges.delete_followup"],
        "add_evidence": [CHANGE, ADD_EVIDENCE],
        "delete_evidence": [CHANGE, DELETE_EVIDENCE],
        "submit": [CHANGE],
        "approve": [APPROVE],
        "return_to_author": [APPROVE],
    }
    request_serializers = {
        "partial_update": FollowUpRequestSerializer,
        "add_evidence": {
            "application/json": NewEvidenceRequestSerializer,
            "multipart/form-data": FileRequestSerializer,
        },
        "submit": SubmissionRequestSerializer,
        "return_to_author": NoteRequestSerializer,
    }

    def get_queryset(self) -> Any:
        return with_serializer_relations(FollowUp.objects.visible_to(self.request.user))

    def get_serializer_class(self) -> Any:
        return EvidenceSerializer if self.action == "retrieve_evidence" else super().get_serializer_class()

    def location(self, created: dict[str, Any]) -> str:
        if self.action != "add_evidence":
            return super().location(created)
        return f"{created['url']}evidence/{max(each['id'] for each in created['evidence'])}/"

    @transaction.atomic
    def partial_update(self, request: Request, id: int) -> Response:  # noqa: A002  # the name in the URL pattern
        """Change a draft or a returned follow-up."""
        if request.stream is None:
            raise ParseError(_("Send a JSON object with the fields to change."))
        body = FollowUpRequestSerializer(self._changeable(), request.data, partial=True)
        body.is_valid(raise_exception=True)
        self.check_may_write_evidence(body, ADD_EVIDENCE, DELETE_EVIDENCE)
        follow_up = body.save()
        check_warnings(follow_up, body)
        return self.follow_up_response(follow_up.pk)

    @transaction.atomic
    def destroy(self, request: Request, id: int) -> Response:  # noqa: A002
        """Delete a draft or a returned follow-up."""
        self._changeable().delete()
        return Response(status=HTTPStatus.NO_CONTENT)

    @action(detail=True, methods=["post"], url_path="evidence", parser_classes=[JSONParser, MultiPartParser])
    @idempotent
    def add_evidence(self, request: Request, id: int) -> Response:  # noqa: A002
        """Add a link, a statement or a file as evidence to a draft or a returned follow-up."""
        follow_up = self._changeable(is_match_required=False)
        serializer_class = (
            FileRequestSerializer if request.content_type.startswith("multipart/") else NewEvidenceRequestSerializer
        )
        body = serializer_class(data=request.data)
        body.is_valid(raise_exception=True)
        body.save(follow_up=follow_up)
        save_reason(follow_up, body)
        check_warnings(follow_up, body)
        return self.follow_up_response(follow_up.pk, HTTPStatus.CREATED)

    @action(detail=True, url_path="evidence/<int:evidence>")
    def retrieve_evidence(self, request: Request, id: int, evidence: int) -> Response:  # noqa: A002
        """Retrieve a piece of evidence."""
        rows = {each.pk: each for each in self.get_object().evidence.all()}
        if evidence not in rows:
            raise Http404
        return Response(self.get_serializer(rows[evidence]).data)

    @retrieve_evidence.mapping.delete
    @transaction.atomic
    def delete_evidence(self, request: Request, id: int, evidence: int) -> Response:  # noqa: A002
        """Delete a piece of evidence of a draft or a returned follow-up."""
        follow_up = self._changeable()
        get_object_or_404(follow_up.evidence, pk=evidence).delete()
        return self.follow_up_response(follow_up.pk)

    @action(detail=True, url_path="evidence/<int:evidence>/file", renderer_classes=[FileRenderer])
    def evidence_file(self, request: Request, id: int, evidence: int) -> HttpResponseBase:  # noqa: A002
        """Download the file of a piece of evidence."""
        rows = with_files(Evidence.objects.filter(follow_up=self.get_object()))
        return file_response(request, get_object_or_404(rows, pk=evidence), is_public=request.auth is None)

    @action(detail=True, methods=["post"])
    @idempotent
    def submit(self, request: Request, id: int) -> Response:  # noqa: A002
        """Submit a draft or a returned follow-up for review."""
        body = SubmissionRequestSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return self._transition(ReviewState.SUBMITTED, review.submit, body)

    @action(detail=True, methods=["post"])
    @idempotent
    def approve(self, request: Request, id: int) -> Response:  # noqa: A002
        """Approve a submitted follow-up, which makes it final and public."""
        RequestSerializer(data=request.data).is_valid(raise_exception=True)
        return self._transition(ReviewState.APPROVED, review.approve)

    @action(detail=True, methods=["post"], url_path="return")
    @idempotent
    def return_to_author(self, request: Request, id: int) -> Response:  # noqa: A002
        """Return a submitted follow-up to its author, with a reason."""
        body = NoteRequestSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return self._transition(
            ReviewState.RETURNED, partial(review.return_to_author, note=body.validated_data["note"])
        )

    def _locked(self) -> FollowUp:
        rows = FollowUp.objects.visible_to(self.request.user).select_related("pledge__unit", "pledge__metric", "unit")
        return get_object_or_404(rows.select_for_update(of=("self",), no_key=True), pk=self.kwargs["id"])

    def _changeable(self, *, is_match_required: bool = True) -> FollowUp:
        """Lock the follow-up. Raise 409 if it is under review or approved, 412 or 428 if `If-Match` fails."""
        follow_up = self._locked()
        if not follow_up.is_changeable:
            is_final = follow_up.state == ReviewState.APPROVED
            rule = "follow_up_approved_is_final" if is_final else "follow_up_under_review"
            raise follow_up_problem(HTTPStatus.CONFLICT, str(violation_messages()[rule]), follow_up)
        check_version(self.request, follow_up, is_required=is_match_required)
        return follow_up

    def _transition(
        self, state: ReviewState, transition: Callable[..., Any], confirmation: RequestSerializer | None = None
    ) -> Response:
        follow_up = self._locked()
        is_too_late = follow_up.state not in review.ALLOWED_TRANSITIONS[state]
        if not is_too_late:
            # A user who submits vouches for the content, so it has to be the one that they have read.
            is_submission = state == ReviewState.SUBMITTED
            check_version(self.request, follow_up, is_required=is_submission, is_any_accepted=not is_submission)
            if confirmation:
                save_reason(follow_up, confirmation)
                check_warnings(follow_up, confirmation)
        try:
            transition([follow_up.pk], by=self.request.user)
        except review.ReviewError as error:
            if is_too_late:
                reason = " ".join(error.messages(follow_up.pk))
                raise follow_up_problem(HTTPStatus.CONFLICT, reason, follow_up) from error
            own_work = str(violation_messages()["follow_up_reviewer_is_not_author"])
            if own_work in error.messages(follow_up.pk):
                raise follow_up_problem(HTTPStatus.FORBIDDEN, own_work, follow_up) from error
            raise ValidationError(error.reasons[follow_up.pk]) from error
        return self.follow_up_response(follow_up.pk)
