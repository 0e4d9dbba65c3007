"""Contenders take turns, so that a disturbance of the machine affects all of them; their medians count."""

import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bench.client import Rate, Request, rate
from bench.servers import Server
from bench.table import Figure, shown

SECONDS = 4.0  # at least, for one contender in one round

Contender = Callable[[], Rate]


@dataclass(frozen=True)
class Result:
    """The median rate of each contender."""

    medians: Mapping[str, float]
    unit: str

    def figure(self, what: str, bound: float | None, contender: str, other: str) -> Figure:
        contenders = ", ".join(f"{name} {shown(self.medians[name])} {self.unit}" for name in (contender, other))
        return Figure(what, bound, self.medians[contender] / self.medians[other], contenders)


def requesting(server: Server, requests: Sequence[Request]) -> Contender:
    return lambda: rate(server.port, requests, SECONDS)


def interleaved(contenders: Mapping[str, Contender], rounds: int, unit: str = "requests/s") -> Result:
    """Measure each contender once in each round, after a warm-up."""
    measured: dict[str, list[Rate]] = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name, contender in contenders.items():
            found = contender()
            if number:
                measured[name].append(found)
    client = max(found.share_of_client for rates in measured.values() for found in rates)
    medians = {name: statistics.median(found.per_second for found in rates) for name, rates in measured.items()}
    rates_text = ", ".join(f"{name} {shown(median)}" for name, median in medians.items())
    print(f"  {rates_text} {unit}; the client took at most {client:.0%} of a core", file=sys.stderr, flush=True)
    return Result(medians, unit)
