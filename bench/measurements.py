"""The measurements: one function for each group of rows of the table."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from http import HTTPStatus
from io import StringIO
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from django.core.management import call_command
from django.db import connection

from bench import corpus, urls
from bench.client import BLOCK, Request, rate_of_lines
from bench.comparison import interleaved, requesting
from bench.contenders import floor
from bench.databases import LARGE, SMALL, SMALL_ROWS, connect_to
from bench.environment import Environment, require_equal
from bench.processes import in_own_process
from bench.servers import Server, django_server
from bench.table import Figure
from pledges.models import District

COMPARED = 20  # responses that must be equal, before anything is measured
PAGE = 100
FOUND = 200  # the limit of the floor's search, too
EXPORTS = ("/api/v1/pledges.jsonl", "/api/v1/pledges.csv")
PREPARED = "prepared floor"
SMALL_CONTENDER = f"with {SMALL_ROWS:,}"


def filtered(environment: Environment) -> list[Figure]:
    keys = dict(District.objects.values_list("slug", "pk"))
    pairs = urls.pairs(environment.rows)
    paths = {
        "Duixian": [urls.pledges(district=slug, year=year) for slug, year in pairs],
        "floor": [urls.floor("filtered", district=slug, year=year) for slug, year in pairs],
        "plain DRF": [urls.plain_drf(slug, year) for slug, year in pairs],
        "Datasette": [
            urls.datasette(district_id=keys[slug], year=year, _sort="ref", _size=50, _labels="on")
            for slug, year in pairs
        ],
    }
    paths[PREPARED] = paths["floor"]
    servers = {
        "Duixian": environment.duixian,
        "floor": environment.bare,
        PREPARED: environment.prepared,
        "plain DRF": environment.bare,
        "Datasette": environment.datasette,
    }
    for number in range(COMPARED):
        require_equal("pledges", {name: refs(servers[name], paths[name][number]) for name in paths})
    contenders = {name: requesting(servers[name], requests(paths[name])) for name in paths}
    few = [urls.pledges(district=slug, year=year) for slug, year in urls.pairs(SMALL_ROWS)]
    result = interleaved(
        contenders | {SMALL_CONTENDER: requesting(environment.small, requests(few))}, environment.rounds
    )
    what = "filtered list, about 33 rows, against"
    return [
        result.figure(f"{what} the floor", 0.6, "Duixian", "floor"),
        result.figure(f"{what} the floor with its statement prepared", None, "Duixian", PREPARED),
        result.figure(f"{what} plain DRF", 5, "Duixian", "plain DRF"),
        result.figure(f"{what} Datasette with labels", 4, "Duixian", "Datasette"),
        result.figure(f"{what} the same with {SMALL_ROWS:,} pledges", 0.8, "Duixian", SMALL_CONTENDER),
    ]


def pages(environment: Environment) -> list[Figure]:
    first, last = urls.pledges(limit=PAGE), last_page(environment)
    at_floor = urls.floor("first")
    number = environment.rows // PAGE
    page = f"page {number:,}"
    require_equal("pledges", {"Duixian": refs(environment.duixian, first), "floor": refs(environment.bare, at_floor)})
    expected = [corpus.ref(number) for number in range(environment.rows - PAGE, environment.rows)]
    require_equal("pledges", {"corpus": expected, page: refs(environment.duixian, last)})
    result = interleaved(
        {
            "first page": requesting(environment.duixian, requests([first])),
            "floor": requesting(environment.bare, requests([at_floor])),
            PREPARED: requesting(environment.prepared, requests([at_floor])),
            page: requesting(environment.duixian, requests([last])),
        },
        environment.rounds,
    )
    return [
        result.figure("list of 100 rows without filter, against the floor", 0.6, "first page", "floor"),
        result.figure("list of 100 rows, against the floor with its statement prepared", None, "first page", PREPARED),
        result.figure(f"the {number:,}th page by cursor against the first", 0.9, page, "first page"),
    ]


def last_page(environment: Environment) -> str:
    """The URL of the last page. A cursor stays valid with other filters, so the last official's pledges lead there."""
    official = f"official-{corpus.officials(environment.rows) - 1}"
    before = refs(environment.duixian, urls.pledges(official=official, limit=1000))[:-PAGE]
    found = environment.duixian.get(urls.pledges(official=official, limit=len(before)))
    (cursor,) = parse_qs(urlsplit(found["next"]).query)["cursor"]
    return urls.pledges(limit=PAGE, cursor=cursor)


def counts(environment: Environment) -> list[Figure]:
    own = [urls.stats(year=year) for year in corpus.YEARS]
    facets = [urls.datasette(year=year, _facet="status", _size=0) for year in corpus.YEARS]
    for mine, theirs in zip(own, facets, strict=True):
        groups = environment.duixian.get(mine)["groups"]
        results = environment.datasette.get(theirs)["facet_results"]["status"]["results"]
        require_equal(
            "counts",
            {
                "Duixian": {group["status"]: group["count"] for group in groups if group["count"]},
                "Datasette": {found["value"]: found["count"] for found in results},
            },
        )
    result = interleaved(
        {
            "Duixian": requesting(environment.duixian, requests(own)),
            "Datasette": requesting(environment.datasette, requests(facets)),
        },
        environment.rounds,
    )
    return [
        result.figure(
            "status counts of one year over all districts, against Datasette's facet", 40, "Duixian", "Datasette"
        )
    ]


def search(environment: Environment) -> list[Figure]:
    own = [urls.pledges(q=word, limit=FOUND) for word in corpus.RARE_WORDS]
    scans = [urls.floor("search", q=word) for word in corpus.RARE_WORDS]
    for mine, theirs in zip(own, scans, strict=True):
        require_equal("pledges", {"Duixian": refs(environment.duixian, mine), "ILIKE": refs(environment.bare, theirs)})
    result = interleaved(
        {
            "Duixian": requesting(environment.duixian, requests(own)),
            "ILIKE": requesting(environment.bare, requests(scans)),
        },
        environment.rounds,
    )
    what = f"search for a word of {environment.rows // 10_000:,} or so pledges, against ILIKE"
    return [result.figure(what, 50, "Duixian", "ILIKE")]


def conditional(environment: Environment) -> list[Figure]:
    paths = [urls.pledges(district=slug, year=year) for slug, year in urls.pairs(environment.rows)]
    known = []
    for path in paths:
        with environment.duixian.open(path) as response:
            known.append(Request(path, (f"If-None-Match: {response.headers['ETag']}",), status=HTTPStatus.NOT_MODIFIED))
    result = interleaved(
        {
            "304": requesting(environment.duixian, known),
            "empty view": requesting(environment.duixian, [Request("/empty/")]),
        },
        environment.rounds,
    )
    return [result.figure("answered 304, against an empty view behind the same middleware", 0.5, "304", "empty view")]


def export(environment: Environment) -> list[Figure]:
    connect_to(LARGE)
    contenders = {
        "Duixian": lambda: rate_of_lines(exported(environment.duixian, EXPORTS[0]), environment.rows),
        "COPY": lambda: rate_of_lines(copied(), environment.rows),
    }
    result = interleaved(contenders, environment.rounds, "rows/s")
    return [result.figure("export of all rows as JSON Lines, against COPY … TO STDOUT", 0.25, "Duixian", "COPY")]


def exported(server: Server, path: str) -> Iterator[bytes]:
    with server.open(path) as response:
        yield from iter(partial(response.read1, BLOCK), b"")


def copied() -> Iterator[bytes]:
    with connection.cursor() as cursor, cursor.copy(floor.COPY) as copy:
        yield from copy


def memory(environment: Environment) -> list[Figure]:
    last = {LARGE: last_page(environment), SMALL: urls.pledges(limit=PAGE)}
    return [
        compared("any list", lambda name: peak_of_server(name, [*urls.LISTS, last[name]])),
        compared("the export", lambda name: peak_of_server(name, EXPORTS)),
        compared("export_pledges", peak_of_command),
    ]


def compared(what: str, peak: Callable[[str], float]) -> Figure:
    large, small = peak(LARGE), peak(SMALL)
    sides = f"{large:.0f} MB, with {SMALL_ROWS:,} {small:.0f} MB"
    return Figure(f"peak memory of {what}", 1.2, large / small, sides, is_at_most=True)


def peak_of_server(database: str, paths: Sequence[str]) -> float:
    """The peak of a new server after it has served all paths."""
    with django_server("duixian", database) as server:
        for path in paths:
            for _block in exported(server, path):
                pass
        return server.peak_megabytes()


def peak_of_command(database: str) -> float:
    connect_to(database)
    command = partial(call_command, "export_pledges", output=Path(os.devnull), stderr=StringIO())
    return in_own_process(command).peak_megabytes


def refs(server: Server, path: str) -> list[str]:
    found = server.get(path)
    rows = found if isinstance(found, list) else found.get("results") or found["rows"]
    return [row["ref"] for row in rows]


def requests(paths: Iterable[str]) -> list[Request]:
    return [Request(path) for path in paths]


GROUPS: dict[str, Callable[[Environment], list[Figure]]] = {
    function.__name__: function for function in (filtered, pages, counts, search, conditional, export, memory)
}
