"""The queryset of pledges: published pledges, timeliness, full-text search, and joins for display."""

import re
from datetime import date
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.functions import Cast, StrIndex
from django.db.models.lookups import GreaterThan

from pledges.domain.timeliness import Timeliness, window
from pledges.models.body import Body
from pledges.models.choices import VERDICTS, Bound, State
from pledges.models.metric import Metric
from pledges.models.person import Official
from pledges.models.place import District
from pledges.models.source import Statement

if TYPE_CHECKING:
    from pledges.models.pledge import Pledge  # noqa: F401  for the type of the rows


LATIN_WORD = re.compile(r"[^\W\d_\u2e80-\uffff]{2}")


class MatchesBigrams(Func):
    """True if a text contains all pairs of characters of a word. Uses the index `pledge_search`."""

    template = "pledges_bigrams(%(expressions)s)"
    arg_joiner = ") @@ pledges_bigram_query("
    output_field = models.BooleanField()


class PublicSuperseded(Func):
    """The references of `supersedes` whose pledges are public."""

    template = """ARRAY(
        SELECT ref FROM pledges_pledge earlier
        WHERE earlier.ref = ANY(%(expressions)s) AND earlier.state = 'published' ORDER BY ref
    )"""
    output_field = ArrayField(models.TextField())


class PledgeQuerySet(models.QuerySet["Pledge"]):
    def public(self) -> Self:
        """Published pledges. Every query for the public site or API starts here."""
        return self.filter(state=State.PUBLISHED)

    def to_check(self) -> Self:
        """Published pledges without a verdict, or with one that was given on an earlier target."""
        return self.public().exclude(status__in=VERDICTS, on_earlier_target=False)

    def with_actual(self) -> Self:
        """Add `actual_amount`, the figure of the follow-up that gives the status, in base units, for `Pledge.pace`.

        It is null if that follow-up judged an earlier target, or if its figure is only a lower or an upper limit.
        """
        figure = F("current_follow_up__actual")
        numerator, denominator = (F(f"current_follow_up__unit__{part}") for part in ("numerator", "denominator"))
        is_figure = Q(on_earlier_target=False, current_follow_up__actual_bound__in=[Bound.EXACT, Bound.ABOUT])
        return self.annotate(actual_amount=Case(When(is_figure, then=figure * numerator / denominator)))

    def with_target(self) -> Self:
        """Add what the sentence of a target is made of, so that it needs no further query."""
        return self.select_related("metric", "unit", "compared_with", "compared_with_district").defer("search_text")

    def with_finding(self) -> Self:
        """Add the figure of the follow-up that gives the status, with its unit, to assess it without a further query.

        `finding_judged` is the JSON of the target that it judged, if that is an earlier one.
        """
        follow_up = "current_follow_up"
        judged = Cast(f"{follow_up}__judged_values", models.TextField())
        return self.annotate(
            finding_actual=F(f"{follow_up}__actual"),
            finding_unit=F(f"{follow_up}__unit"),
            finding_numerator=F(f"{follow_up}__unit__numerator"),
            finding_denominator=F(f"{follow_up}__unit__denominator"),
            finding_dimension=F(f"{follow_up}__unit__dimension"),
            finding_judged=Case(When(on_earlier_target=True, then=judged)),
        )

    def with_context(self) -> Self:
        """Add everything that a pledge is displayed with, so that displaying it needs no further query."""
        return (
            self.with_actual()
            .with_finding()
            .select_related(
                "current_follow_up",
                "district__parent",
                "metric__topic",
                "metric__dimension",
                "compared_with",
                "compared_with_district",
                "unit__dimension",
                "statement__document",
                "statement__official",
                "statement__post__district",
                "statement__body__district",
                "statement__body__parent",
            )
            .defer("statement__document__text", "search_text", "current_follow_up__judged_values")
        )

    def search(self, text: str) -> Self:
        """Return pledges that contain every word of `text` in their quote, metric, official, body or district.

        A word can be a single character. Latin words are also looked up in English names and in names in pinyin.
        """
        found = self
        for word in text.split():
            folded = Func(Value(word), function="pledges_fold", output_field=models.TextField())
            # The index finds texts with all pairs of characters; only `StrIndex` makes sure that they are adjacent.
            is_in_text = Q(MatchesBigrams("search_text", Value(word))) & Q(
                GreaterThan(StrIndex("search_text", folded), 0)
            )
            found = found.filter(is_in_text | _is_named(word) if LATIN_WORD.search(word) else is_in_text)
        return found

    def with_timeliness(self, kind: Timeliness, today: date) -> Self:
        """Return pledges without a verdict that are upcoming, due soon or overdue on the day `today`."""
        first, last = window(kind, today)
        due = self.exclude(status__in=VERDICTS)
        if first:
            due = due.filter(deadline__gte=first)
        if last:
            due = due.filter(deadline__lte=last)
        return due


def _is_named(word: str) -> Q:
    """Return the condition that a name of the metric, district or speaker contains the word, in English or pinyin.

    Keys are looked up first: PostgreSQL can combine the indexes of columns, but not of joined tables.
    """
    conditions = {
        "metric": Metric.objects.filter(search_text__has_folded=word),
        "district": District.objects.filter(search_text__has_folded=word),
        "statement": Statement.objects.filter(
            Q(official__in=Official.objects.filter(search_text__has_folded=word))
            | Q(body__in=Body.objects.filter(search_text__has_folded=word))
        ),
    }
    keys = {column: list(rows.order_by().values_list("pk", flat=True)) for column, rows in conditions.items()}
    return reduce(or_, (Q(**{f"{column}__in": found}) for column, found in keys.items()))
