"""The fields of a pledge that come from the follow-up that gives its status: the figure, its day and its evidence."""

from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db.models import OuterRef, Subquery

from pledges.api.serializers.fields import NullableCharField
from pledges.domain.assessment import Target, assess, convert
from pledges.models import Evidence, FollowUp, Pledge, Unit
from pledges.models.exact_json import ExactJSONDecoder

# The annotations of `with_finding()`.
COMPUTED_FROM = [
    *("id", "finding_actual", "finding_unit", "finding_numerator", "finding_denominator", "finding_dimension"),
    "finding_judged",
]


def actual_in_unit(pledge: Pledge) -> Decimal | None:
    """Return the figure in the unit of the pledge; None if it is of an earlier target that measured something else."""
    if pledge.finding_actual is None:
        return None
    if pledge.finding_judged:
        judged = _judged(pledge, pledge.finding_judged)
        figure = judged.figure if judged.has_comparable_figure else None
        return convert(figure.value, figure.factor, pledge.unit.exact_factor) if figure else None
    if pledge.finding_unit == pledge.unit_id:
        return pledge.finding_actual
    return convert(pledge.finding_actual, _unit(pledge).exact_factor, pledge.unit.exact_factor)


def fulfilment(pledge: Pledge) -> Decimal | None:
    """Return the share of the target that was reached, of the earlier one if the status was given on that."""
    if pledge.finding_judged:
        assessment = _judged(pledge, pledge.finding_judged).assessment
        return assessment.ratio if assessment else None
    actual = actual_in_unit(pledge)
    return None if actual is None else _ratio(pledge.target, actual)


@lru_cache(maxsize=20_000)
def _ratio(target: Target, actual: Decimal) -> Decimal:
    """Return the completion ratio, which does not depend on days. The same rows are listed again and again."""
    return assess(target, actual, as_of=date.min, deadline=None).ratio


def _judged(pledge: Pledge, judged_values: str) -> FollowUp:
    """Return a follow-up with the figure and the earlier target that it judged. These are few."""
    return FollowUp(
        pledge=pledge,
        actual=pledge.finding_actual,
        unit=_unit(pledge) if pledge.finding_unit else None,
        as_of=pledge.status_since,
        judged_values=ExactJSONDecoder().decode(judged_values),
    )


def _unit(pledge: Pledge) -> Unit:
    return Unit(
        symbol=pledge.finding_unit,
        numerator=pledge.finding_numerator,
        denominator=pledge.finding_denominator,
        dimension_id=pledge.finding_dimension,
    )


class EvidenceUrlField(NullableCharField):
    """The first link among the evidence of the follow-up that gives the status."""

    def __init__(self) -> None:
        super().__init__(
            source="current_follow_up", help_text="The first link among the evidence for the status, if there is one."
        )

    def to_representation(self, value: Any) -> Any:
        return next((evidence.url for evidence in value.evidence.all() if evidence.url), None)

    def sql_expression(self, column: Any) -> Subquery:  # type: ignore[override]
        links = Evidence.objects.filter(follow_up=OuterRef(column.name)).exclude(url="")
        return Subquery(links.order_by("pk").values("url")[:1])
