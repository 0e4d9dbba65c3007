"""Optimistic locking of follow-ups: in `If-Match`, a client sends the version that it has read."""

from http import HTTPStatus

from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from rest_framework.request import Request

from pledges.api.http.problems import ProblemError
from pledges.models import FollowUp


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
    """Return an error whose problem document contains the current state and version of the follow-up."""
    return ProblemError(
        status,
        detail,
        headers={"ETag": version_etag(follow_up.version)},
        state=follow_up.state,
        version=follow_up.version,
    )
