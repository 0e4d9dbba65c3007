"""Sides take turns, so that what disturbs the machine disturbs all of them; their medians count."""

import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from .client import Rate, Request, rate
from .servers import Server
from .table import Figure, shown

SECONDS = 4.0  # at least, for one side in one round

Side = Callable[[], Rate]


@dataclass(frozen=True)
class Result:
    """How much each side did in a second."""

    medians: Mapping[str, float]
    unit: str

    def figure(self, what: str, bound: float | None, side: str, other: str) -> Figure:
        sides = ", ".join(f"{name} {shown(self.medians[name])} {self.unit}" for name in (side, other))
        return Figure(what, bound, self.medians[side] / self.medians[other], sides)


def asking(server: Server, requests: Sequence[Request]) -> Side:
    return lambda: rate(server.port, requests, SECONDS)


def in_turn(sides: Mapping[str, Side], rounds: int, unit: str = "requests/s") -> Result:
    """Measure each side once in each round, after one that does not count."""
    measured: dict[str, list[Rate]] = {name: [] for name in sides}
    for number in range(rounds + 1):
        for name, side in sides.items():
            found = side()
            if number:
                measured[name].append(found)
    client = max(found.share_of_client for rates in measured.values() for found in rates)
    medians = {name: statistics.median(found.per_second for found in rates) for name, rates in measured.items()}
    told = ", ".join(f"{name} {shown(median)}" for name, median in medians.items())
    print(f"  {told} {unit}; the client took at most {client:.0%} of a core", file=sys.stderr, flush=True)
    return Result(medians, unit)
