"""Who checks which pledge: taken, given back and handed on without taking it from a colleague unseen."""

from collections import defaultdict
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.widgets import UnfoldAdminSelectWidget

from pledges.admin.base import BaseAdmin
from pledges.database.locks import lock
from pledges.models import Pledge
from pledges.workflow.display_names import display_name


def colleagues() -> QuerySet[User]:
    """Those who may write follow-ups."""
    able = User.objects.with_perm("pledges.add_followup", backend="django.contrib.auth.backends.ModelBackend")
    return able.filter(is_staff=True).order_by("username")


class ColleagueField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A colleague by their full name."""

    def label_from_instance(self, user: Any) -> str:
        return display_name(user)


class AssignmentForm(forms.Form):
    colleague = ColleagueField(
        colleagues(),
        required=False,
        label=gettext_lazy("assign to"),
        empty_label=gettext_lazy("nobody"),
        widget=UnfoldAdminSelectWidget,
    )


class AssignmentMixin(BaseAdmin):
    """A list of pledges that are assigned to those who check them."""

    actions = ["take", "give_back", "assign_to"]

    def has_assign_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("pledges.change_pledge")

    def has_reassign_permission(self, request: HttpRequest) -> bool:
        """A chief editor hands on what a colleague has; everybody else only what is free or their own."""
        return self.has_assign_permission(request) and request.user.has_perm("pledges.approve_followup")

    @admin.action(description=gettext_lazy("Assign the selected pledges to me"), permissions=["assign"])
    def take(self, request: HttpRequest, queryset: QuerySet[Pledge]) -> None:
        with transaction.atomic():
            rows = _locked(queryset)
            self._assign(request, [row for row in rows if row.assignee_id is None], request.user.pk)
            self._leave(request, [row for row in rows if row.assignee_id not in {None, request.user.pk}])

    @admin.action(description=gettext_lazy("Give the selected pledges back"), permissions=["assign"])
    def give_back(self, request: HttpRequest, queryset: QuerySet[Pledge]) -> None:
        with transaction.atomic():
            rows = _locked(queryset)
            self._assign(request, [row for row in rows if row.assignee_id == request.user.pk], None)
            self._leave(request, [row for row in rows if row.assignee_id not in {None, request.user.pk}])

    @admin.action(description=gettext_lazy("Assign the selected pledges to…"), permissions=["assign"])
    def assign_to(self, request: HttpRequest, queryset: QuerySet[Pledge]) -> TemplateResponse | None:
        form = AssignmentForm(
            request.POST if "colleague" in request.POST else None, initial={"colleague": request.user.pk}
        )
        if not form.is_valid():
            return self._ask_for_colleague(request, queryset, form)
        with transaction.atomic():
            rows = _locked(queryset)
            handed_on = [row for row in rows if self._may_hand_on(request, row)]
            colleague = form.cleaned_data["colleague"]
            self._assign(request, handed_on, colleague and colleague.pk)
            self._leave(request, [row for row in rows if row not in handed_on])
        return None

    def _may_hand_on(self, request: HttpRequest, pledge: Pledge) -> bool:
        if pledge.assignee_id in {None, request.user.pk}:
            return True
        # Somebody may have taken it after the page that named who has it was opened.
        was_shown = request.POST.get(f"assignee-{pledge.pk}") == str(pledge.assignee_id)
        return was_shown and self.has_reassign_permission(request)

    def _ask_for_colleague(
        self, request: HttpRequest, queryset: QuerySet[Pledge], form: AssignmentForm
    ) -> TemplateResponse:
        context = self.admin_site.each_context(request) | {
            "title": _("Assign pledges"),
            "opts": self.opts,
            "form": form,
            "pledges": queryset.select_related("assignee", "district"),
            "may_reassign": self.has_reassign_permission(request),
            "action_checkbox_name": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/pledges/pledgetocheck/assign.html", context)

    def _assign(self, request: HttpRequest, pledges: list[Pledge], user: int | None) -> None:
        keys = [pledge.pk for pledge in pledges if pledge.assignee_id != user]
        if not keys:
            self.message_user(request, _("Nothing was changed."), messages.INFO)
            return
        count = Pledge.objects.filter(pk__in=keys).update(assignee=user)
        if user is None:
            message = ngettext("%(count)d pledge is free now.", "%(count)d pledges are free now.", count)
        else:
            message = ngettext("%(count)d pledge was assigned.", "%(count)d pledges were assigned.", count)
        self.message_user(request, message % {"count": count}, messages.SUCCESS)

    def _leave(self, request: HttpRequest, pledges: list[Pledge]) -> None:
        """Say who has the rows that are left alone."""
        kept: dict[str, list[str]] = defaultdict(list)
        for pledge in pledges:
            if pledge.assignee:
                kept[display_name(pledge.assignee)].append(pledge.ref)
        for who, refs in kept.items():
            told = {"who": who, "refs": ", ".join(refs)}
            self.message_user(request, _("Left with %(who)s: %(refs)s.") % told, messages.WARNING)


def _locked(queryset: QuerySet[Pledge]) -> list[Pledge]:
    """Pledges that nobody else can take until the transaction ends, with who has them."""
    keys = lock(Pledge.objects.filter(pk__in=queryset.order_by().values("pk")))
    return list(Pledge.objects.filter(pk__in=keys).select_related("assignee").order_by("pk"))
