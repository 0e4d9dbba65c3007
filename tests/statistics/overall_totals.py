"""Read the totals of all public pledges."""

from pledges.domain.numbers import plain
from pledges.models import Pledge
from pledges.statistics.totals import REASONS, Totals, totals


def overall_totals() -> Totals:
    return totals(Pledge.objects.public(), []).get((), Totals([], dict.fromkeys(REASONS, 0)))


def sums() -> dict[str, str]:
    return {f"{total.dimension} {total.measure}": plain(total.target.amount) for total in overall_totals().totals}


def left_out() -> dict[str, int]:
    return {reason: count for reason, count in overall_totals().left_out.items() if count}
