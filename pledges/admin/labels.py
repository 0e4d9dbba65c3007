"""Labels and colours of statuses, shared by lists, forms and the dashboard."""

from django.utils.translation import gettext_lazy as _

from pledges.domain.timeliness import Timeliness
from pledges.models.choices import Status

# Unfold shows the label of a value that has a colour, and otherwise the bare value. This colour is a plain grey.
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
STATUS_COLOURS = dict.fromkeys(Status, NEUTRAL) | {
    Status.IN_PROGRESS: "info",
    Status.MET: "success",
    Status.PARTLY_MET: "warning",
    Status.MISSED: "danger",
}
