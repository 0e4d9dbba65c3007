"""Compare contenders by the medians of several rounds.

They are measured in turn, so that a disturbance of the machine affects all of them.
"""

import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bench.client import Rate, Request, rate
from bench.servers import Server
from bench.table import Figure, shown

SECONDS = 4.0  # the minimum for one contender in one round

Contender = Callable[[], Rate]


@dataclass(frozen=True)
class Result:
    """The median rate of each contender."""

    medians: Mapping[str, float]
    unit: str

    def figure(self, what: str, bound: float | None, contender: str, other: str) -> Figure:
        """Return the row of the table with the rate of a contender relative to another."""
        contenders = ", ".join(f"{name} {shown(self.medians[name])} {self.unit}" for name in (contender, other))
        return Figure(what, bound, self.medians[contender] / self.medians[other], contenders)


def request_rate(server: Server, requests: Sequence[Request]) -> Contender:
    """Return a contender that sends these requests to the server."""
    return lambda: rate(server.port, requests, SECONDS)


def measure_interleaved(contenders: Mapping[str, Contender], rounds: int, unit: str = "requests/s") -> Result:
    """Measure each contender once in each round. A first round warms up and is discarded."""
    rates_by_name: dict[str, list[Rate]] = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name, contender in contenders.items():
            measured = contender()
            if number > 0:
                rates_by_name[name].append(measured)
    client = max(one.client_share for rates in rates_by_name.values() for one in rates)
    medians = {name: statistics.median(one.per_second for one in rates) for name, rates in rates_by_name.items()}
    rates_text = ", ".join(f"{name} {shown(median)}" for name, median in medians.items())
    print(f"  {rates_text} {unit}; the client used at most {client:.0%} of a core", file=sys.stderr, flush=True)
    return Result(medians, unit)
