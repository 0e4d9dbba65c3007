"""The URLs under which the contenders serve the same data."""

import random
from typing import Any
from urllib.parse import urlencode

from bench import corpus

PAIRS = 500  # the number of pairs of a district and a year that are requested
OTHER_LISTS = (
    *("follow-ups", "districts", "officials", "posts", "documents", "statements", "metrics", "units", "changes"),
    *(f"popolo/{name}" for name in ("persons", "organizations", "posts", "memberships", "areas")),
)
ORDERINGS = ("year", "deadline", "amount", "updated")
# The lists of the API, each with its longest page.
LISTS = [
    *(f"/api/v1/pledges/?limit=1000&ordering={sign}{ordering}" for ordering in ORDERINGS for sign in ("", "-")),
    "/api/v1/pledges/?limit=1000&count=exact",
    *(f"/api/v1/{name}/?limit=1000" for name in OTHER_LISTS),
    "/api/v1/popolo/",
]
# These options make Datasette faster. Otherwise, it counts all rows and suggests facets in every request.
DATASETTE = {"_shape": "objects", "_nocount": 1, "_nosuggest": 1}


def pairs(rows: int, seed: int = 1) -> list[tuple[str, int]]:
    """Return pairs of a district and a year, of which each has about 33 pledges."""
    randomness = random.Random(seed)
    slugs = corpus.slugs(rows)
    return [(randomness.choice(slugs), randomness.choice(corpus.YEARS)) for _ in range(PAIRS)]


def pledges(**parameters: Any) -> str:
    return f"/api/v1/pledges/?{urlencode(parameters)}"


def stats(year: int) -> str:
    return f"/api/v1/stats/?{urlencode({'year': year})}"


def floor(view: str, **parameters: Any) -> str:
    return f"/floor/{view}/?{urlencode(parameters)}"


def plain_drf(district: str, year: int) -> str:
    return "/plain-drf/?" + urlencode({"district__slug": district, "year": year})


def datasette(**parameters: Any) -> str:
    return "/bench/pledges_pledge.json?" + urlencode(parameters | DATASETTE)
