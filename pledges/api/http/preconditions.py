"""`If-Match`: whoever changes a follow-up says which version they have seen."""

from http import HTTPStatus

from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from rest_framework.request import Request

from pledges.api.http.problems import Problem
from pledges.models import FollowUp


def etag(version: int) -> str:
    return f'"{version}"'


def check_version(request: Request, follow_up: FollowUp, *, is_required: bool) -> None:
    """Problem 428 or 412 unless the version seen is the current one; the row has to be locked."""
    given = request.headers.get("If-Match")
    if given is None and is_required:
        raise changed_meanwhile(
            HTTPStatus.PRECONDITION_REQUIRED, _("Say in If-Match which version you have seen."), follow_up
        )
    if given is not None and not {"*", etag(follow_up.version)} & set(parse_etags(given)):
        raise changed_meanwhile(
            HTTPStatus.PRECONDITION_FAILED, _("Somebody has changed it meanwhile: read it again first."), follow_up
        )


def changed_meanwhile(status: HTTPStatus, detail: str, follow_up: FollowUp) -> Problem:
    """A problem that tells how the follow-up stands now."""
    return Problem(
        status,
        detail,
        headers={"ETag": etag(follow_up.version)},
        state=follow_up.state,
        version=follow_up.version,
    )
