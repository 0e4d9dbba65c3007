"""The context of a pledge in the form of a follow-up: quote, target, earlier results, and possible evidence."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import F, Func, Q, QuerySet, TextField, Value
from django.utils import timezone

from pledges.admin.labels import TIMELINESS_COLOURS, TIMELINESS_LABELS
from pledges.admin.quote_context import QuoteContext, quote_context
from pledges.models import FollowUp, Pledge, Statement

MAX_ITEMS = 10
MENTION_CONTEXT_LENGTH = 60


@dataclass(frozen=True)
class Mention:
    """A statement that mentions the metric, with the text around the mention if the text of the page is stored."""

    statement: Statement
    quote_context: QuoteContext | None


@dataclass(frozen=True)
class PledgeContext:
    pledge: Pledge
    quote_context: QuoteContext | None
    timeliness: Any
    timeliness_colour: str | None
    supersedes: QuerySet[Pledge]
    superseded_by: QuerySet[Pledge]
    follow_ups: QuerySet[FollowUp]
    other_years: QuerySet[Pledge]
    mentions: list[Mention]


def pledge_context(
    pledge: Pledge, *, user: AbstractBaseUser | AnonymousUser, exclude: FollowUp | None = None
) -> PledgeContext:
    """Return the context of a pledge that a user may view, without the follow-up `exclude`, which is in the form."""
    kind = pledge.timeliness(timezone.localdate())
    return PledgeContext(
        pledge=pledge,
        quote_context=quote_context(pledge.statement.document.text, pledge.quote),
        timeliness=kind and TIMELINESS_LABELS[kind],
        timeliness_colour=kind and TIMELINESS_COLOURS[kind],
        supersedes=Pledge.objects.filter(ref__in=pledge.supersedes).with_target(),
        superseded_by=pledge.superseded_by.with_target(),
        follow_ups=_follow_ups(pledge, user, exclude),
        other_years=_other_years(pledge),
        mentions=_mentions(pledge),
    )


def _follow_ups(pledge: Pledge, user: AbstractBaseUser | AnonymousUser, exclude: FollowUp | None) -> QuerySet[FollowUp]:
    others = pledge.follow_ups.visible_to(user).select_related("author", "unit").newest_first()
    return (others.exclude(pk=exclude.pk) if exclude else others)[:MAX_ITEMS]


def _other_years(pledge: Pledge) -> QuerySet[Pledge]:
    """Return pledges of the same district and metric for other years, with the figures that determine their status."""
    same = Pledge.objects.filter(district=pledge.district_id, metric=pledge.metric_id).exclude(year=pledge.year)
    return same.with_target().select_related("current_follow_up__unit").order_by("-year", "ref")[:MAX_ITEMS]


def _mentions(pledge: Pledge) -> list[Mention]:
    """Return other statements of the same district that mention the metric, newest first."""
    names = [pledge.metric.name, pledge.label]
    # Words are split by the line breaks in the columns of a newspaper page.
    text_without_spaces = Func(
        F("document__text"),
        Value(r"\s+"),
        Value(""),
        Value("g"),
        function="regexp_replace",
        output_field=TextField(),
    )
    in_text, in_pledge = Q(), Q(pledges__metric=pledge.metric_id)
    for name in names:
        in_text |= Q(text_without_spaces__contains=name)
        in_pledge |= Q(pledges__quote__contains=name)
    found = (
        Statement.objects.annotate(text_without_spaces=text_without_spaces)
        .filter(
            Q(post__district=pledge.district_id)
            | Q(body__district=pledge.district_id)
            | Q(pledges__district=pledge.district_id)
        )
        .filter(in_text | in_pledge)
        .exclude(pk=pledge.statement_id)
    )
    newest = (
        Statement.objects.filter(pk__in=found.values("pk"))
        .select_related("document", "official", "post", "body")
        .order_by("-document__date_earliest", "-pk")[:MAX_ITEMS]
    )
    return [Mention(statement, _mention_context(statement, names)) for statement in newest]


def _mention_context(statement: Statement, names: list[str]) -> QuoteContext | None:
    for name in names:
        if found := quote_context(statement.document.text, name, MENTION_CONTEXT_LENGTH):
            return found
    return None
