"""What the client of a request may do: the permissions of its user, and for approvals, the right of its token."""

from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from pledges.api.http.problems import ProblemError
from pledges.models import ApprovalRight
from pledges.workflow.two_factor import lacks_required_factor

VIEW_FOLLOW_UPS, APPROVE = "pledges.view_followup", "pledges.approve_followup"
TOKEN_MAY_NOT_APPROVE = _(
    "This token may not approve or return follow-ups. Do so in the admin, or create a token with this right."
)
USER_NEEDS_TWO_FACTOR = _("Approving requires two-factor login. The user of this token has to set it up in the admin.")


class HasActionPermissions(BasePermission):
    """Require the permissions that `view.permissions` lists for the action. Actions that it omits are public."""

    def has_permission(self, request: Request, view: Any) -> bool:
        required = view.permissions.get(view.action)
        if required is None:
            return True
        if request.user is None or not request.user.has_perms(required):
            return False
        if APPROVE in required and (reason := reason_not_to_approve(request)):
            raise ProblemError(HTTPStatus.FORBIDDEN, reason)
        return True


def reason_not_to_approve(request: Request) -> Any:
    """Return why the token does not approve, though its user has the permission; None if it does."""
    if not ApprovalRight.objects.filter(token=request.auth).exists():
        return TOKEN_MAY_NOT_APPROVE
    if lacks_required_factor(request.user):  # type: ignore[arg-type]  # anonymous users have no token
        return USER_NEEDS_TWO_FACTOR
    return None


def can_view_unapproved(request: Request) -> bool:
    """Return whether the client may see unapproved follow-ups, and the review of each follow-up."""
    return request.user is not None and request.user.has_perm(VIEW_FOLLOW_UPS)
