"""Optimistic locking of follow-ups: in `If-Match`, a client sends the version that it has read."""

from datetime import datetime
from http import HTTPStatus

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from rest_framework.request import Request

from pledges.api.http.problems import ProblemError
from pledges.models import FollowUp
from pledges.models.choices import ReviewState


def version_etag(version: int) -> str:
    return f'"{version}"'


def check_version(request: Request, follow_up: FollowUp, *, is_required: bool, is_any_accepted: bool = True) -> None:
    """Raise 428 if a required `If-Match` is missing, 412 if it lacks the current version.

    Without `is_any_accepted`, `*` counts as missing.

    The caller must have locked the row.
    """
    if_match = request.headers.get("If-Match")
    if is_required and (if_match is None or (if_match == "*" and not is_any_accepted)):
        raise follow_up_problem(
            HTTPStatus.PRECONDITION_REQUIRED,
            _("Send `If-Match` with the ETag of the version you have read."),
            follow_up,
        )
    if if_match is not None and not {"*", version_etag(follow_up.version)} & set(parse_etags(if_match)):
        raise follow_up_problem(
            HTTPStatus.PRECONDITION_FAILED, _("Changed in the meantime. Fetch the current version first."), follow_up
        )


def follow_up_problem(status: HTTPStatus, detail: str, follow_up: FollowUp) -> ProblemError:
    """Return an error whose problem document has the state and version of the follow-up, and by whom and since when."""
    by, at = _latest_step(follow_up)
    return ProblemError(
        status,
        detail,
        headers={"ETag": version_etag(follow_up.version)},
        state=follow_up.state,
        version=follow_up.version,
        by=by.get_username(),
        at=timezone.localtime(at).isoformat(timespec="microseconds"),
    )


def _latest_step(follow_up: FollowUp) -> tuple[User, datetime]:
    match follow_up.state:
        case ReviewState.DRAFT:
            return follow_up.author, follow_up.created_at
        case ReviewState.SUBMITTED:
            by, at = follow_up.submitter, follow_up.submitted_at
        case _:
            by, at = follow_up.reviewer, follow_up.reviewed_at
    return by or follow_up.author, at or follow_up.updated_at  # not null in these states, by constraints
