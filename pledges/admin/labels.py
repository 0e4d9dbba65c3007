"""Labels and colours of statuses, due status and pace, shared by lists, forms and the dashboard."""

from django.utils.translation import gettext_lazy as _

from pledges.domain.pace import Pace
from pledges.domain.timeliness import Timeliness
from pledges.models.choices import Status

# Plain grey. A status without emphasis needs it, because Unfold shows the raw value, not the label, of a status without
# a colour.
NEUTRAL = "default"

TIMELINESS_LABELS = {
    Timeliness.UPCOMING: _("not yet due"),
    Timeliness.DUE_SOON: _("due soon"),
    Timeliness.OVERDUE: _("overdue"),
}
TIMELINESS_COLOURS = {
    Timeliness.UPCOMING: NEUTRAL,
    Timeliness.DUE_SOON: "warning",
    Timeliness.OVERDUE: "danger",
}
PACE_LABELS = {
    Pace.ON_TRACK: _("on track"),
    Pace.AHEAD: _("ahead of schedule"),
    Pace.BEHIND: _("behind schedule"),
}
STATUS_COLOURS = dict.fromkeys(Status, NEUTRAL) | {
    Status.NOT_STARTED: "info",
    Status.IN_PROGRESS: "info",
    Status.STALLED: "info",
    Status.MET: "success",
    Status.PARTLY_MET: "warning",
    Status.MISSED: "danger",
}
