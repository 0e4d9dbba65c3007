"""What must hold of a judgement, whoever makes it; the database holds the same under the same names."""

from collections.abc import Iterator
from datetime import date


def broken_verdict_rules(
    *,
    status: str,
    as_of: date | None,
    last_day: date,
    today: date,
    dimension: int | None,
    pledge_dimension: int,
) -> Iterator[tuple[str, str]]:
    """The rules that a judgement breaks on a day, each as the field at fault and the rule's name.

    `last_day` is the last on which the pledge can be met; `dimension` that of the actual figure's unit, None
    without one.
    """
    if as_of and as_of > today:
        yield "as_of", "follow_up_as_of_not_in_future"
    if status == "missed" and (today <= last_day or (as_of and as_of < last_day)):
        yield "status", "follow_up_missed_only_after_deadline"
    if dimension is not None and dimension != pledge_dimension:
        yield "unit", "follow_up_unit_fits_pledge"
