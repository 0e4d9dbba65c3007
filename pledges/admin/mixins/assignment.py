"""Assign pledges to the staff users who check them."""

from collections import defaultdict

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminSelectWidget

from pledges.admin.form_fields import AssigneeField, assignable_users
from pledges.database.locks import lock
from pledges.locale.display_names import display_name, joined
from pledges.models import Pledge


class AssignmentForm(forms.Form):
    assignee = AssigneeField(
        assignable_users(),
        required=False,
        label=gettext_lazy("assign to"),
        empty_label=gettext_lazy("nobody"),
        widget=UnfoldAdminSelectWidget,
    )


class AssignmentMixin(ModelAdmin):
    """Actions that assign the selected pledges. Only chief editors can reassign a pledge of another user."""

    actions = ["assign_to_me", "unassign", "assign"]

    def has_assign_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("pledges.change_pledge")

    def has_reassign_permission(self, request: HttpRequest) -> bool:
        """Chief editors may reassign any pledge, others only unassigned pledges and their own."""
        return self.has_assign_permission(request) and request.user.has_perm("pledges.approve_followup")

    @admin.action(description=gettext_lazy("Assign the selected pledges to me"), permissions=["assign"])
    def assign_to_me(self, request: HttpRequest, queryset: QuerySet[Pledge]) -> None:
        with transaction.atomic():
            rows = _lock_pledges(queryset)
            self._set_assignee(request, [row for row in rows if row.assignee_id is None], request.user.pk)
            self._report_skipped(request, [row for row in rows if row.assignee_id not in {None, request.user.pk}])

    @admin.action(description=gettext_lazy("Unassign the selected pledges from me"), permissions=["assign"])
    def unassign(self, request: HttpRequest, queryset: QuerySet[Pledge]) -> None:
        with transaction.atomic():
            rows = _lock_pledges(queryset)
            self._set_assignee(request, [row for row in rows if row.assignee_id == request.user.pk], None)
            self._report_skipped(request, [row for row in rows if row.assignee_id not in {None, request.user.pk}])

    @admin.action(description=gettext_lazy("Assign the selected pledges to…"), permissions=["assign"])
    def assign(self, request: HttpRequest, queryset: QuerySet[Pledge]) -> TemplateResponse | None:
        data = request.POST if "assignee" in request.POST else None
        form = AssignmentForm(data, initial={"assignee": request.user.pk})
        if not form.is_valid():
            return self._choose_assignee(request, queryset, form)
        with transaction.atomic():
            rows = _lock_pledges(queryset)
            reassigned = [row for row in rows if self._may_reassign(request, row)]
            assignee = form.cleaned_data["assignee"]
            self._set_assignee(request, reassigned, assignee and assignee.pk)
            self._report_skipped(request, [row for row in rows if row not in reassigned])
        return None

    def _may_reassign(self, request: HttpRequest, pledge: Pledge) -> bool:
        if pledge.assignee_id in {None, request.user.pk}:
            return True
        # It may have been assigned to somebody else since the page was opened.
        was_shown = request.POST.get(f"assignee-{pledge.pk}") == str(pledge.assignee_id)
        return was_shown and self.has_reassign_permission(request)

    def _choose_assignee(
        self, request: HttpRequest, queryset: QuerySet[Pledge], form: AssignmentForm
    ) -> TemplateResponse:
        context = self.admin_site.each_context(request) | {
            "title": _("Assign pledges"),
            "opts": self.opts,
            "form": form,
            "pledges": queryset.select_related("assignee", "district", "metric"),
            "may_reassign": self.has_reassign_permission(request),
            "action_checkbox_name": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/pledges/pledgetocheck/assign.html", context)

    def _set_assignee(self, request: HttpRequest, pledges: list[Pledge], user: int | None) -> None:
        keys = [pledge.pk for pledge in pledges if pledge.assignee_id != user]
        if not keys:
            self.message_user(request, _("No changes were made."), messages.INFO)
            return
        count = Pledge.objects.filter(pk__in=keys).update(assignee=user)
        if user is None:
            message = ngettext("%(count)d pledge is now unassigned.", "%(count)d pledges are now unassigned.", count)
        else:
            message = ngettext("%(count)d pledge was assigned.", "%(count)d pledges were assigned.", count)
        self.message_user(request, message % {"count": count}, messages.SUCCESS)

    def _report_skipped(self, request: HttpRequest, pledges: list[Pledge]) -> None:
        """Show a warning for each user whose pledges were not reassigned."""
        kept: dict[str, list[str]] = defaultdict(list)
        for pledge in pledges:
            if pledge.assignee:
                kept[display_name(pledge.assignee)].append(pledge.ref)
        for who, refs in kept.items():
            params = {"who": who, "refs": joined(refs)}
            self.message_user(request, _("Still assigned to %(who)s: %(refs)s.") % params, messages.WARNING)


def _lock_pledges(queryset: QuerySet[Pledge]) -> list[Pledge]:
    """Return the pledges with their assignees, locked until the transaction ends."""
    keys = lock(Pledge.objects.filter(pk__in=queryset.order_by().values("pk")))
    return list(Pledge.objects.filter(pk__in=keys).select_related("assignee").order_by("pk"))
