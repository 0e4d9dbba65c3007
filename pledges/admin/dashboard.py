"""The start page of the admin: cards with open work, and a chart of the districts."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pledges.admin.amended_rows import amended_names
from pledges.admin.checking_queue import next_step_url, prefetch_open_follow_ups
from pledges.admin.labels import STATUS_COLOURS, TIMELINESS_COLOURS, TIMELINESS_LABELS
from pledges.admin.mixins.pledge_entry import entry_url
from pledges.admin.pledge_changelist import BY_DEADLINE
from pledges.admin.status_chart import status_chart
from pledges.domain.timeliness import Timeliness, window
from pledges.importer.drafts import PERMISSIONS
from pledges.locale.display_names import display_name, joined
from pledges.models import Amendment, Document, FollowUp, Pledge, WaitingDraft
from pledges.models.choices import AmendmentState, ReviewState, Status
from pledges.models.pledge_queryset import PledgeQuerySet

ROWS_PER_CARD = 5
DOCUMENTS_SHOWN = 3


@dataclass(frozen=True)
class Row:
    url: str
    title: str
    detail: str
    label: Any = ""
    colour: str = ""


@dataclass(frozen=True)
class Card:
    title: Any
    empty: Any  # shown if there are no rows
    count: int
    url: str
    rows: list[Row]


def dashboard_context(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Return the template context of the start page, limited to the permissions of the user."""
    user = request.user
    context["title"] = _("Dashboard")
    context["cards"] = [*_pledge_cards(user), *_follow_up_cards(user), *_amendment_cards(user), *_waiting_cards(user)]
    if user.has_perms(PERMISSIONS):
        newest = Document.objects.order_by("-pk")[:DOCUMENTS_SHOWN]
        context["entry_links"] = [(entry_url(document), document) for document in newest]
    if user.has_perm("pledges.view_pledge"):
        context["chart"] = status_chart(request.GET.get("year", ""))
        context["is_empty"] = not Pledge.objects.exists()
    return context


def _pledge_cards(user: User | AnonymousUser) -> Iterator[Card]:
    if not user.has_perm("pledges.view_pledge"):
        return
    waiting = Pledge.objects.to_check()
    _first, last = window(Timeliness.DUE_SOON, timezone.localdate())
    yield _pledge_card(
        user,
        _("Unchecked: overdue or due soon"),
        _("Every pledge that is overdue or due soon has been checked."),
        waiting.filter(status=Status.UNCHECKED, deadline__lte=last),
        timeliness=[Timeliness.OVERDUE, Timeliness.DUE_SOON],
        status=Status.UNCHECKED,
    )
    yield _pledge_card(
        user,
        _("Overdue"),
        _("Every pledge past its deadline has a verdict."),
        waiting.with_timeliness(Timeliness.OVERDUE, timezone.localdate()),
        timeliness=Timeliness.OVERDUE,
    )
    if user.has_perm("pledges.change_pledge"):
        yield _pledge_card(
            user,
            _("Assigned to me"),
            _("No pledges are assigned to you. Take some from Pledges to check."),
            waiting.filter(assignee=user.pk),
            assigned="me",
        )


def _pledge_card(user: User | AnonymousUser, title: Any, empty: Any, pledges: PledgeQuerySet, **filters: Any) -> Card:
    first = (
        prefetch_open_follow_ups(pledges, user).with_target().select_related("district").order_by(BY_DEADLINE, "ref")
    )
    return Card(
        title,
        empty,
        count=pledges.count(),
        url=reverse("admin:pledges_pledgetocheck_changelist", query=filters),
        rows=[_pledge_row(pledge, user) for pledge in first[:ROWS_PER_CARD]],
    )


def _pledge_row(pledge: Pledge, user: User | AnonymousUser) -> Row:
    kind = pledge.timeliness(timezone.localdate())
    return Row(
        url=next_step_url(pledge, user),
        title=f"{pledge.district} · {pledge.metric_in_words}",
        detail=pledge.target_in_words,
        label=TIMELINESS_LABELS[kind] if kind else "",
        colour=TIMELINESS_COLOURS[kind] if kind else "",
    )


def _follow_up_cards(user: User | AnonymousUser) -> Iterator[Card]:
    if not user.has_perm("pledges.view_followup"):
        return
    if user.has_perm("pledges.approve_followup"):
        yield _follow_up_card(
            _("Awaiting my review"),
            _("Nothing awaits your review."),
            FollowUp.objects.awaiting(user),
            "submitted_at",
            awaiting="me",
        )
    if user.has_perm("pledges.change_followup"):
        for state, title, empty in (
            (ReviewState.RETURNED, _("Returned to me"), _("None of your follow-ups was returned.")),
            (ReviewState.DRAFT, _("My drafts"), _("You have no drafts.")),
        ):
            yield _follow_up_card(
                title,
                empty,
                FollowUp.objects.filter(author=user.pk, state=state),
                "-updated_at",
                state__exact=state,
                author__id__exact=user.pk,
            )
    yield _follow_up_card(
        _("Recently approved"),
        _("Nothing has been approved yet."),
        FollowUp.objects.filter(state=ReviewState.APPROVED),
        "-reviewed_at",
        state__exact=ReviewState.APPROVED,
    )


def _follow_up_card(title: Any, empty: Any, follow_ups: QuerySet[FollowUp], order: str, **filters: Any) -> Card:
    first = follow_ups.select_related("pledge__district", "pledge__metric", "author", "reviewer").defer(
        "pledge__search_text"
    )
    return Card(
        title,
        empty,
        count=follow_ups.count(),
        url=reverse("admin:pledges_followup_changelist", query=filters),
        rows=[_follow_up_row(follow_up) for follow_up in first.order_by(order, "-pk")[:ROWS_PER_CARD]],
    )


def _amendment_cards(user: User | AnonymousUser) -> Iterator[Card]:
    if not user.has_perm("pledges.approve_amendment"):
        return
    proposed = Amendment.objects.filter(state=AmendmentState.PROPOSED)
    yield Card(
        _("Proposed amendments"),
        _("No amendment awaits a review."),
        count=proposed.count(),
        url=reverse("admin:pledges_amendment_changelist", query={"state__exact": AmendmentState.PROPOSED}),
        rows=[_amendment_row(amendment) for amendment in proposed.select_related("proposer")[:ROWS_PER_CARD]],
    )


def _waiting_cards(user: User | AnonymousUser) -> Iterator[Card]:
    if not user.has_perms(["pledges.view_waitingdraft", "pledges.add_metric"]):
        return
    waiting = WaitingDraft.objects.select_related("proposer")
    yield Card(
        _("Drafts that wait for a name"),
        _("No draft waits for a name."),
        count=waiting.count(),
        url=reverse("admin:pledges_waitingdraft_changelist"),
        rows=[
            Row(
                url=reverse("admin:pledges_waitingdraft_change", args=[row.pk]),
                title=joined(row.missing.values()),
                detail=f"{display_name(row.proposer)} · {row}",
            )
            for row in waiting[:ROWS_PER_CARD]
        ],
    )


def _amendment_row(amendment: Amendment) -> Row:
    proposer = display_name(amendment.proposer) if amendment.proposer else _("a file")
    return Row(
        url=reverse("admin:pledges_amendment_change", args=[amendment.pk]),
        title=joined(amended_names(amendment)),
        detail=f"{proposer} · {timezone.localtime(amendment.proposed_at):%Y-%m-%d %H:%M}",
    )


def _follow_up_row(follow_up: FollowUp) -> Row:
    who, when = follow_up.author, follow_up.submitted_at or follow_up.updated_at
    if follow_up.reviewer and follow_up.reviewed_at:
        who, when = follow_up.reviewer, follow_up.reviewed_at
    return Row(
        url=reverse("admin:pledges_followup_change", args=[follow_up.pk]),
        title=f"{follow_up.pledge.district} · {follow_up.pledge.metric_in_words}",
        detail=f"{display_name(who)} · {timezone.localtime(when):%Y-%m-%d %H:%M}",
        label=follow_up.get_status_display(),
        colour=STATUS_COLOURS[Status(follow_up.status)],
    )
