"""Amendments of judged pledges that have been approved."""

from django.db.models import F, Prefetch

from pledges.api.serializers.amendments import AmendmentSerializer
from pledges.api.views.computed import ComputedViewSet
from pledges.filters import lists
from pledges.models import AmendedPledge, Amendment


class AmendmentViewSet(ComputedViewSet):
    """Corrections of what verdicts follow from, with the pledges that each changed."""

    queryset = Amendment.objects.public().prefetch_related(
        Prefetch("pledges", AmendedPledge.objects.public().select_related("pledge"))
    )
    serializer_class = AmendmentSerializer
    filterset_class = lists.AmendmentFilter
    key = lookup_field = "id"
    lookup_value_converter = "int"
    orderings = {"at": F("reviewed_at"), "-at": F("reviewed_at")}
    default_ordering = "-at"
