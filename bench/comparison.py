"""Compare contenders by the medians of several rounds.

Each round measures all contenders in turn, so that a disturbance of the machine affects all of them.
"""

import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bench.client import Rate, Request, rate
from bench.servers import Server
from bench.table import Figure, format_number

SECONDS = 4.0  # how long each contender is measured in a round; the last responses are awaited

Contender = Callable[[], Rate]


@dataclass(frozen=True)
class Result:
    """The median rate of each contender."""

    medians: Mapping[str, float]
    unit: str

    def ratio(self, name: str, contender: str, other: str, *, target: float | None) -> Figure:
        """Return a row of the table: the rate of a contender divided by the rate of another."""
        values = ", ".join(f"{each} {format_number(self.medians[each])} {self.unit}" for each in (contender, other))
        return Figure(name, target, self.medians[contender] / self.medians[other], values)


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
    rates_text = ", ".join(f"{name} {format_number(median)}" for name, median in medians.items())
    print(f"  {rates_text} {unit}; the client used at most {client:.0%} of a core", file=sys.stderr, flush=True)
    return Result(medians, unit)
