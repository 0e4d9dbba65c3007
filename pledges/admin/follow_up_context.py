"""What an editor should have before their eyes when they assess a pledge."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import F, Func, Prefetch, Q, QuerySet, TextField, Value
from django.utils import timezone

from pledges.admin.page_context import Passage, passage
from pledges.admin.pledge_changelist import TIMELINESS, TIMELINESS_COLOURS
from pledges.models import FollowUp, Pledge, Statement
from pledges.models.choices import ReviewState

MANY = 10
AROUND_MENTION = 60


@dataclass(frozen=True)
class Mention:
    """A statement that speaks of the metric, and the words in which it does; None where the page isn't at hand."""

    statement: Statement
    words: Passage | None


@dataclass(frozen=True)
class PledgeContext:
    pledge: Pledge
    on_the_page: Passage | None
    timeliness: Any
    timeliness_colour: str | None
    superseded_by: QuerySet[Pledge]
    follow_ups: QuerySet[FollowUp]
    other_years: QuerySet[Pledge]
    mentions: list[Mention]


def context_of(
    pledge: Pledge, *, user: AbstractBaseUser | AnonymousUser, besides: FollowUp | None = None
) -> PledgeContext:
    """All that surrounds a pledge, without the follow-up that is being written."""
    kind = pledge.timeliness(timezone.localdate())
    return PledgeContext(
        pledge=pledge,
        on_the_page=passage(pledge.statement.document.text, pledge.quote),
        timeliness=kind and TIMELINESS[kind],
        timeliness_colour=kind and TIMELINESS_COLOURS[kind],
        superseded_by=pledge.superseded_by.defer("search_text"),
        follow_ups=_follow_ups(pledge, user, besides),
        other_years=_other_years(pledge),
        mentions=_mentions(pledge),
    )


def _follow_ups(pledge: Pledge, user: AbstractBaseUser | AnonymousUser, besides: FollowUp | None) -> QuerySet[FollowUp]:
    others = pledge.follow_ups.visible_to(user).select_related("author", "unit").newest_first()
    return (others.exclude(pk=besides.pk) if besides else others)[:MANY]


def _other_years(pledge: Pledge) -> QuerySet[Pledge]:
    """The same promise for other years, each with its newest approved figure."""
    approved = FollowUp.objects.filter(state=ReviewState.APPROVED).newest_first()
    same = Pledge.objects.filter(district=pledge.district_id, metric=pledge.metric_id).exclude(year=pledge.year)
    return (
        same.defer("search_text")
        .prefetch_related(Prefetch("follow_ups", approved, to_attr="approved"))
        .order_by("-year", "ref")[:MANY]
    )


def _mentions(pledge: Pledge) -> list[Mention]:
    """Other statements of the same district that speak of the metric, the newest first."""
    names = [pledge.metric.name, pledge.label]
    # A newspaper's columns break words.
    printed = Func(
        F("document__text"),
        Value(r"\s+"),
        Value(""),
        Value("g"),
        function="regexp_replace",
        output_field=TextField(),
    )
    on_the_page, in_a_pledge = Q(), Q(pledges__metric=pledge.metric_id)
    for name in names:
        on_the_page |= Q(printed__contains=name)
        in_a_pledge |= Q(pledges__quote__contains=name)
    found = (
        Statement.objects.annotate(printed=printed)
        .filter(Q(post__district=pledge.district_id) | Q(pledges__district=pledge.district_id))
        .filter(on_the_page | in_a_pledge)
        .exclude(pk=pledge.statement_id)
    )
    newest = (
        Statement.objects.filter(pk__in=found.values("pk"))
        .select_related("document", "official", "post")
        .order_by("-document__date_earliest", "-pk")[:MANY]
    )
    return [Mention(statement, _words(statement, names)) for statement in newest]


def _words(statement: Statement, names: list[str]) -> Passage | None:
    for name in names:
        if found := passage(statement.document.text, name, AROUND_MENTION):
            return found
    return None
