"""What is measured: one function for each group of rows of the table."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from http import HTTPStatus
from io import StringIO
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from django.core.management import call_command
from django.db import connection

from pledges.models import District

from . import addresses, corpus
from .client import BLOCK, Request, rate_of_lines
from .databases import LARGE, SMALL, SMALL_ROWS, connect_to
from .processes import in_a_process_of_its_own
from .rounds import asking, in_turn
from .servers import Server, django_server
from .sides import floor
from .stage import Stage, refuse_unless_equal
from .table import Figure

COMPARED = 20  # answers, before anything is measured
PAGE = 100
FOUND = 200  # of the floor's search too
EXPORTS = ("/api/v1/pledges.jsonl", "/api/v1/pledges.csv")
PREPARED = "prepared floor"
SMALL_SIDE = f"with {SMALL_ROWS:,}"


def filtered(stage: Stage) -> list[Figure]:
    keys = dict(District.objects.values_list("slug", "pk"))
    pairs = addresses.pairs(stage.rows)
    paths = {
        "Duixian": [addresses.pledges(district=slug, year=year) for slug, year in pairs],
        "floor": [addresses.floor("filtered", district=slug, year=year) for slug, year in pairs],
        "plain DRF": [addresses.plain_drf(slug, year) for slug, year in pairs],
        "Datasette": [
            addresses.datasette(district_id=keys[slug], year=year, _sort="ref", _size=50, _labels="on")
            for slug, year in pairs
        ],
    }
    paths[PREPARED] = paths["floor"]
    servers = {
        "Duixian": stage.duixian,
        "floor": stage.bare,
        PREPARED: stage.prepared,
        "plain DRF": stage.bare,
        "Datasette": stage.datasette,
    }
    for number in range(COMPARED):
        refuse_unless_equal("pledges", {side: refs(servers[side], paths[side][number]) for side in paths})
    sides = {side: asking(servers[side], requests(paths[side])) for side in paths}
    few = [addresses.pledges(district=slug, year=year) for slug, year in addresses.pairs(SMALL_ROWS)]
    result = in_turn(sides | {SMALL_SIDE: asking(stage.small, requests(few))}, stage.rounds)
    what = "filtered list, about 33 rows, against"
    return [
        result.figure(f"{what} the floor", 0.6, "Duixian", "floor"),
        result.figure(f"{what} the floor with its statement prepared", None, "Duixian", PREPARED),
        result.figure(f"{what} plain DRF", 5, "Duixian", "plain DRF"),
        result.figure(f"{what} Datasette with labels", 4, "Duixian", "Datasette"),
        result.figure(f"{what} the same with {SMALL_ROWS:,} pledges", 0.8, "Duixian", SMALL_SIDE),
    ]


def pages(stage: Stage) -> list[Figure]:
    first, last = addresses.pledges(limit=PAGE), last_page(stage)
    at_floor = addresses.floor("first")
    number = stage.rows // PAGE
    page = f"page {number:,}"
    refuse_unless_equal("pledges", {"Duixian": refs(stage.duixian, first), "floor": refs(stage.bare, at_floor)})
    expected = [corpus.ref(number) for number in range(stage.rows - PAGE, stage.rows)]
    refuse_unless_equal("pledges", {"corpus": expected, page: refs(stage.duixian, last)})
    result = in_turn(
        {
            "first page": asking(stage.duixian, requests([first])),
            "floor": asking(stage.bare, requests([at_floor])),
            PREPARED: asking(stage.prepared, requests([at_floor])),
            page: asking(stage.duixian, requests([last])),
        },
        stage.rounds,
    )
    return [
        result.figure("list of 100 rows without filter, against the floor", 0.6, "first page", "floor"),
        result.figure("list of 100 rows, against the floor with its statement prepared", None, "first page", PREPARED),
        result.figure(f"the {number:,}th page by cursor against the first", 0.9, page, "first page"),
    ]


def last_page(stage: Stage) -> str:
    """Its address: with other filters a cursor continues from the same place, so the last official leads there."""
    official = f"official-{corpus.officials(stage.rows) - 1}"
    before = refs(stage.duixian, addresses.pledges(official=official, limit=1000))[:-PAGE]
    found = stage.duixian.get(addresses.pledges(official=official, limit=len(before)))
    (cursor,) = parse_qs(urlsplit(found["next"]).query)["cursor"]
    return addresses.pledges(limit=PAGE, cursor=cursor)


def counts(stage: Stage) -> list[Figure]:
    own = [addresses.stats(year=year) for year in corpus.YEARS]
    facets = [addresses.datasette(year=year, _facet="status", _size=0) for year in corpus.YEARS]
    for mine, theirs in zip(own, facets, strict=True):
        groups = stage.duixian.get(mine)["groups"]
        results = stage.datasette.get(theirs)["facet_results"]["status"]["results"]
        refuse_unless_equal(
            "counts",
            {
                "Duixian": {group["status"]: group["count"] for group in groups if group["count"]},
                "Datasette": {found["value"]: found["count"] for found in results},
            },
        )
    result = in_turn(
        {
            "Duixian": asking(stage.duixian, requests(own)),
            "Datasette": asking(stage.datasette, requests(facets)),
        },
        stage.rounds,
    )
    return [
        result.figure(
            "status counts of one year over all districts, against Datasette's facet", 40, "Duixian", "Datasette"
        )
    ]


def search(stage: Stage) -> list[Figure]:
    own = [addresses.pledges(q=word, limit=FOUND) for word in corpus.RARE_WORDS]
    scans = [addresses.floor("search", q=word) for word in corpus.RARE_WORDS]
    for mine, theirs in zip(own, scans, strict=True):
        refuse_unless_equal("pledges", {"Duixian": refs(stage.duixian, mine), "ILIKE": refs(stage.bare, theirs)})
    result = in_turn(
        {"Duixian": asking(stage.duixian, requests(own)), "ILIKE": asking(stage.bare, requests(scans))},
        stage.rounds,
    )
    what = f"search for a word of {stage.rows // 10_000:,} or so pledges, against ILIKE"
    return [result.figure(what, 50, "Duixian", "ILIKE")]


def conditional(stage: Stage) -> list[Figure]:
    paths = [addresses.pledges(district=slug, year=year) for slug, year in addresses.pairs(stage.rows)]
    known = []
    for path in paths:
        with stage.duixian.open(path) as answer:
            known.append(Request(path, (f"If-None-Match: {answer.headers['ETag']}",), status=HTTPStatus.NOT_MODIFIED))
    result = in_turn(
        {
            "304": asking(stage.duixian, known),
            "empty view": asking(stage.duixian, [Request("/empty/")]),
        },
        stage.rounds,
    )
    return [result.figure("answered 304, against an empty view behind the same middleware", 0.5, "304", "empty view")]


def export(stage: Stage) -> list[Figure]:
    connect_to(LARGE)
    sides = {
        "Duixian": lambda: rate_of_lines(exported(stage.duixian, EXPORTS[0]), stage.rows),
        "COPY": lambda: rate_of_lines(copied(), stage.rows),
    }
    result = in_turn(sides, stage.rounds, "rows/s")
    return [result.figure("export of all rows as JSON Lines, against COPY … TO STDOUT", 0.25, "Duixian", "COPY")]


def exported(server: Server, path: str) -> Iterator[bytes]:
    with server.open(path) as answer:
        yield from iter(partial(answer.read1, BLOCK), b"")


def copied() -> Iterator[bytes]:
    with connection.cursor() as cursor, cursor.copy(floor.COPY) as copy:
        yield from copy


def memory(stage: Stage) -> list[Figure]:
    last = {LARGE: last_page(stage), SMALL: addresses.pledges(limit=PAGE)}
    return [
        compared("any list", lambda name: peak_of_server(name, [*addresses.LISTS, last[name]])),
        compared("the export", lambda name: peak_of_server(name, EXPORTS)),
        compared("export_pledges", peak_of_command),
    ]


def compared(what: str, peak: Callable[[str], float]) -> Figure:
    large, small = peak(LARGE), peak(SMALL)
    sides = f"{large:.0f} MB, with {SMALL_ROWS:,} {small:.0f} MB"
    return Figure(f"peak memory of {what}", 1.2, large / small, sides, is_at_most=True)


def peak_of_server(database: str, paths: Sequence[str]) -> float:
    """Of a new one, after it has answered all of these."""
    with django_server("duixian", database) as server:
        for path in paths:
            for _block in exported(server, path):
                pass
        return server.peak_megabytes()


def peak_of_command(database: str) -> float:
    connect_to(database)
    command = partial(call_command, "export_pledges", output=Path(os.devnull), stderr=StringIO())
    return in_a_process_of_its_own(command).peak_megabytes


def refs(server: Server, path: str) -> list[str]:
    found = server.get(path)
    rows = found if isinstance(found, list) else found.get("results") or found["rows"]
    return [row["ref"] for row in rows]


def requests(paths: Iterable[str]) -> list[Request]:
    return [Request(path) for path in paths]


GROUPS: dict[str, Callable[[Stage], list[Figure]]] = {
    function.__name__: function for function in (filtered, pages, counts, search, conditional, export, memory)
}
