"""Suggest a status while an editor types an actual figure."""

from decimal import ROUND_FLOOR, Decimal, localcontext
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from pledges.admin.form_fields import AdminDateField, AdminDecimalField
from pledges.domain.assessment import MAX_DIGITS, Assessment
from pledges.domain.numbers import plain
from pledges.models import FollowUp, Pledge, Unit
from pledges.models.choices import Status
from pledges.models.comparison import PERCENT, compares_rates
from pledges.models.follow_up import status_stays
from pledges.models.natural_keys import current_language


def percent(ratio: Decimal) -> str:
    """Format a completion ratio in per cent. It is rounded down, so that 100% means that the target was reached."""
    with localcontext(prec=MAX_DIGITS):
        return f"{plain((ratio * 100).quantize(Decimal('0.1'), ROUND_FLOOR))}%"


def suggestion_text(suggested: Assessment | None) -> str:
    if suggested is None:
        return _("Enter an actual figure to see a suggestion.")
    params = {"status": Status(suggested.status).label, "ratio": percent(suggested.ratio)}
    return _("%(status)s: %(ratio)s of the target") % params


def finding_text(follow_up: FollowUp) -> str:
    """Return sentences about what the figures suggest, and whether the follow-up can change the pledge's status."""
    other = follow_up.outranked_by
    return " ".join(filter(None, [suggestion_text(follow_up.assessment), status_stays(other) if other else ""]))


def comparison_text(follow_up: FollowUp) -> str:
    """Return a sentence about the figures that are compared, or about the one that is known already."""
    if follow_up.comparison:
        return str(follow_up.comparison)
    other = follow_up.compared_follow_up if follow_up.pledge.is_relative else None
    if other is None or follow_up.actual is not None:
        return ""
    name = follow_up.pledge.compared_quantity_in(current_language())
    params = {"name": name, "figure": other.actual_in_words, "ref": other.pledge.ref}
    return _("%(name)s: %(figure)s (%(ref)s). Enter the own figure, or the distance.") % params


def units_for(pledge: Pledge) -> QuerySet[Unit]:
    """Return the units of the dimension of the pledge's unit, and those of the own figure of a relative target."""
    units = Unit.objects.filter(dimension=pledge.unit.dimension_id)
    if compares_rates(pledge):
        units |= Unit.objects.filter(dimension__base_unit=PERCENT)
    return units.order_by("factor", "symbol")


class FiguresForm(forms.ModelForm):  # type: ignore[type-arg]
    """The figures of an unsaved follow-up."""

    class Meta:
        model = FollowUp
        fields = ("actual_bound", "actual", "unit", "as_of", "supersedes")
        field_classes = {"actual": AdminDecimalField, "as_of": AdminDateField}

    def __init__(self, pledge: Pledge, data: Any) -> None:
        super().__init__(data, instance=FollowUp(pledge=pledge))
        self.fields["actual_bound"].required = False
        self.fields["unit"].queryset = units_for(pledge)  # type: ignore[attr-defined]


class SuggestedStatusMixin(ModelAdmin):
    """A JSON view that the form of a follow-up calls."""

    def get_custom_urls(self) -> tuple[Any, ...]:
        return (*super().get_custom_urls(), ("suggestion/<int:pledge>/", "pledges_followup_suggestion", self.suggest))

    def suggest(self, request: HttpRequest, pledge: int, **_kwargs: Any) -> JsonResponse:
        """Return the suggested status, those that need no reason, and a sentence, or an error message."""
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        target = get_object_or_404(Pledge.objects.with_target(), pk=pledge)
        form = FiguresForm(target, request.GET)
        if not form.is_valid():
            # Not 400: the browser's console would show an error for each half-typed number.
            return JsonResponse({"error": " ".join(_messages(form))})
        follow_up = form.instance
        suggested = follow_up.assessment
        return JsonResponse(
            {
                "status": suggested and suggested.status,
                "compatible": suggested.compatible_statuses if suggested else [],
                "sentence": " ".join(filter(None, [comparison_text(follow_up), finding_text(follow_up)])),
            }
        )


def _messages(form: forms.BaseForm) -> list[str]:
    return [str(message) for messages in form.errors.values() for message in messages]
