"""What an actual figure suggests, told while it is typed."""

from decimal import ROUND_FLOOR, Decimal, localcontext
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from pledges.admin.base import PlainDecimalField
from pledges.domain.assessment import MAX_DIGITS, Assessment
from pledges.domain.numbers import plain
from pledges.models import FollowUp, Pledge, Unit
from pledges.models.choices import Status
from pledges.models.follow_up import assessment


def percent(ratio: Decimal) -> str:
    """A ratio of fulfilment; cut off, so that it says 100 only of what has been reached."""
    with localcontext(prec=MAX_DIGITS):
        return f"{plain((ratio * 100).quantize(Decimal('0.1'), ROUND_FLOOR))} %"


def in_words(suggested: Assessment | None) -> str:
    if suggested is None:
        return _("Without an actual figure nothing is suggested.")
    told = {"status": Status(suggested.status).label, "ratio": percent(suggested.ratio)}
    return _("%(status)s: %(ratio)s of the target.") % told


def units_for(pledge: Pledge) -> QuerySet[Unit]:
    """Those that measure the same as the pledge's."""
    return Unit.objects.filter(dimension=pledge.unit.dimension_id).order_by("factor", "symbol")


class FiguresForm(forms.ModelForm):  # type: ignore[type-arg]
    """The figures of a follow-up that is being typed."""

    class Meta:
        model = FollowUp
        fields = ("actual", "unit", "as_of")
        field_classes = {"actual": PlainDecimalField}

    def __init__(self, pledge: Pledge, data: Any) -> None:
        super().__init__(data, instance=FollowUp(pledge=pledge))
        self.fields["unit"].queryset = units_for(pledge)  # type: ignore[attr-defined]


class SuggestedStatusMixin(ModelAdmin):
    def get_custom_urls(self) -> tuple[Any, ...]:
        return (*super().get_custom_urls(), ("suggestion/<int:pledge>/", "pledges_followup_suggestion", self.suggest))

    def suggest(self, request: HttpRequest, pledge: int, **_kwargs: Any) -> JsonResponse:
        """The status that the typed figures suggest and a sentence, or what is wrong with the figures."""
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        asked = get_object_or_404(Pledge.objects.select_related("unit", "metric").defer("search_text"), pk=pledge)
        form = FiguresForm(asked, request.GET)
        if not form.is_valid():
            # A status of 400 would be a complaint in the browser's console at every half-typed number.
            return JsonResponse({"error": " ".join(_messages(form))})
        figures = form.cleaned_data
        suggested = assessment(asked, figures["actual"], figures["unit"], figures["as_of"])
        return JsonResponse({"status": suggested and suggested.status, "sentence": in_words(suggested)})


def _messages(form: forms.BaseForm) -> list[str]:
    return [str(message) for messages in form.errors.values() for message in messages]
