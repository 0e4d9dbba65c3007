"""The URLs that the benchmark requests from Duixian and from the programs it is compared with."""

import random
from typing import Any
from urllib.parse import urlencode

from bench import corpus

PAIR_COUNT = 500  # random (district, year) pairs to request
OTHER_LISTS = (
    *("follow-ups", "districts", "officials", "posts", "documents", "statements", "metrics", "units", "changes"),
    *(f"popolo/{name}" for name in ("persons", "organizations", "posts", "memberships", "areas")),
)
ORDERINGS = ("year", "deadline", "amount", "updated")
# Every list of the API, with the largest page allowed. They are requested to measure peak memory.
LISTS = [
    *(f"/api/v1/pledges/?limit=1000&ordering={sign}{ordering}" for ordering in ORDERINGS for sign in ("", "-")),
    "/api/v1/pledges/?limit=1000&count=exact",
    *(f"/api/v1/{name}/?limit=1000" for name in OTHER_LISTS),
    "/api/v1/popolo/",
]
# For a fair comparison: by default, Datasette counts all rows and suggests facets in every request.
DATASETTE_OPTIONS = {"_shape": "objects", "_nocount": 1, "_nosuggest": 1}


def pairs(rows: int, seed: int = 1) -> list[tuple[str, int]]:
    """Return random (district, year) pairs. Each pair has about 33 pledges."""
    rng = random.Random(seed)
    slugs = corpus.slugs(rows)
    return [(rng.choice(slugs), rng.choice(corpus.YEARS)) for _ in range(PAIR_COUNT)]


def pledges_url(**parameters: Any) -> str:
    return f"/api/v1/pledges/?{urlencode(parameters)}"


def stats_url(year: int) -> str:
    return f"/api/v1/stats/?{urlencode({'year': year})}"


def floor_url(view: str, **parameters: Any) -> str:
    """Return a URL of the floor, a minimal Django view that sends JSON built by PostgreSQL."""
    return f"/floor/{view}/?{urlencode(parameters)}"


def plain_drf_url(district: str, year: int) -> str:
    return "/plain-drf/?" + urlencode({"district__slug": district, "year": year})


def datasette_url(**parameters: Any) -> str:
    return "/bench/pledges_pledge.json?" + urlencode(parameters | DATASETTE_OPTIONS)
