"""The measurements. Each function measures one group and returns its rows of the table.

“Floor” is a contender: a Django view that sends JSON built by PostgreSQL (see `bench.contenders.floor`).
"""

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
from bench.client import BLOCK, Request, line_rate
from bench.comparison import measure_interleaved, request_rate
from bench.contenders import floor
from bench.databases import LARGE, SMALL, SMALL_ROWS, connect_to
from bench.environment import Environment, require_equal
from bench.processes import measure_in_child_process
from bench.servers import Server, django_server
from bench.table import Figure
from pledges.models import District

COMPARED_RESPONSES = 20  # the number of responses that are checked for equality before the measurement
PAGE_SIZE = 100
SEARCH_LIMIT = 200  # the floor's query has the same limit
EXPORTS = ("/api/v1/pledges.jsonl", "/api/v1/pledges.csv")
PREPARED_FLOOR = "prepared floor"
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
    paths[PREPARED_FLOOR] = paths["floor"]
    servers = {
        "Duixian": environment.duixian,
        "floor": environment.bare,
        PREPARED_FLOOR: environment.prepared,
        "plain DRF": environment.bare,
        "Datasette": environment.datasette,
    }
    for number in range(COMPARED_RESPONSES):
        require_equal("pledges", {name: refs(servers[name], paths[name][number]) for name in paths})
    contenders = {name: request_rate(servers[name], requests(paths[name])) for name in paths}
    small_paths = [urls.pledges(district=slug, year=year) for slug, year in urls.pairs(SMALL_ROWS)]
    result = measure_interleaved(
        contenders | {SMALL_CONTENDER: request_rate(environment.small, requests(small_paths))}, environment.rounds
    )
    what = "filtered list, about 33 rows, against"
    return [
        result.figure(f"{what} the floor", 0.6, "Duixian", "floor"),
        result.figure(f"{what} the floor with its statement prepared", None, "Duixian", PREPARED_FLOOR),
        result.figure(f"{what} plain DRF", 5, "Duixian", "plain DRF"),
        result.figure(f"{what} Datasette with labels", 4, "Duixian", "Datasette"),
        result.figure(f"{what} the same with {SMALL_ROWS:,} pledges", 0.8, "Duixian", SMALL_CONTENDER),
    ]


def pages(environment: Environment) -> list[Figure]:
    first_page, last_page = urls.pledges(limit=PAGE_SIZE), last_page_url(environment)
    floor_page = urls.floor("first")
    number = environment.rows // PAGE_SIZE
    page = f"page {number:,}"
    require_equal(
        "pledges", {"Duixian": refs(environment.duixian, first_page), "floor": refs(environment.bare, floor_page)}
    )
    expected = [corpus.ref(number) for number in range(environment.rows - PAGE_SIZE, environment.rows)]
    require_equal("pledges", {"corpus": expected, page: refs(environment.duixian, last_page)})
    result = measure_interleaved(
        {
            "first page": request_rate(environment.duixian, requests([first_page])),
            "floor": request_rate(environment.bare, requests([floor_page])),
            PREPARED_FLOOR: request_rate(environment.prepared, requests([floor_page])),
            page: request_rate(environment.duixian, requests([last_page])),
        },
        environment.rounds,
    )
    return [
        result.figure("list of 100 rows without filter, against the floor", 0.6, "first page", "floor"),
        result.figure(
            "list of 100 rows, against the floor with its statement prepared", None, "first page", PREPARED_FLOOR
        ),
        result.figure(f"the {number:,}th page by cursor against the first", 0.9, page, "first page"),
    ]


def last_page_url(environment: Environment) -> str:
    """Return the URL of the last page.

    Its cursor is taken from the list of the last official's pledges: a cursor is valid with any filter.
    """
    official = f"official-{corpus.officials(environment.rows) - 1}"
    earlier = refs(environment.duixian, urls.pledges(official=official, limit=1000))[:-PAGE_SIZE]
    response = environment.duixian.get(urls.pledges(official=official, limit=len(earlier)))
    (cursor,) = parse_qs(urlsplit(response["next"]).query)["cursor"]
    return urls.pledges(limit=PAGE_SIZE, cursor=cursor)


def counts(environment: Environment) -> list[Figure]:
    stats = [urls.stats(year=year) for year in corpus.YEARS]
    facets = [urls.datasette(year=year, _facet="status", _size=0) for year in corpus.YEARS]
    for stats_url, facet_url in zip(stats, facets, strict=True):
        groups = environment.duixian.get(stats_url)["groups"]
        results = environment.datasette.get(facet_url)["facet_results"]["status"]["results"]
        require_equal(
            "counts",
            {
                "Duixian": {group["status"]: group["count"] for group in groups if group["count"]},
                "Datasette": {facet["value"]: facet["count"] for facet in results},
            },
        )
    result = measure_interleaved(
        {
            "Duixian": request_rate(environment.duixian, requests(stats)),
            "Datasette": request_rate(environment.datasette, requests(facets)),
        },
        environment.rounds,
    )
    return [
        result.figure(
            "status counts of one year over all districts, against Datasette's facet", 40, "Duixian", "Datasette"
        )
    ]


def search(environment: Environment) -> list[Figure]:
    searches = [urls.pledges(q=word, limit=SEARCH_LIMIT) for word in corpus.RARE_WORDS]
    scans = [urls.floor("search", q=word) for word in corpus.RARE_WORDS]
    for search_url, scan_url in zip(searches, scans, strict=True):
        require_equal(
            "pledges", {"Duixian": refs(environment.duixian, search_url), "ILIKE": refs(environment.bare, scan_url)}
        )
    result = measure_interleaved(
        {
            "Duixian": request_rate(environment.duixian, requests(searches)),
            "ILIKE": request_rate(environment.bare, requests(scans)),
        },
        environment.rounds,
    )
    what = f"search for a word of {environment.rows // 10_000:,} or so pledges, against ILIKE"
    return [result.figure(what, 50, "Duixian", "ILIKE")]


def conditional(environment: Environment) -> list[Figure]:
    paths = [urls.pledges(district=slug, year=year) for slug, year in urls.pairs(environment.rows)]
    conditional_requests = []
    for path in paths:
        with environment.duixian.open(path) as response:
            known = f"If-None-Match: {response.headers['ETag']}"
        conditional_requests.append(Request(path, (known,), status=HTTPStatus.NOT_MODIFIED))
    result = measure_interleaved(
        {
            "304": request_rate(environment.duixian, conditional_requests),
            "empty view": request_rate(environment.duixian, [Request("/empty/")]),
        },
        environment.rounds,
    )
    return [result.figure("answered 304, against an empty view behind the same middleware", 0.5, "304", "empty view")]


def export(environment: Environment) -> list[Figure]:
    connect_to(LARGE)
    contenders = {
        "Duixian": lambda: line_rate(download(environment.duixian, EXPORTS[0]), environment.rows),
        "COPY": lambda: line_rate(copy_blocks(), environment.rows),
    }
    result = measure_interleaved(contenders, environment.rounds, "rows/s")
    return [result.figure("export of all rows as JSON Lines, against COPY … TO STDOUT", 0.25, "Duixian", "COPY")]


def download(server: Server, path: str) -> Iterator[bytes]:
    with server.open(path) as response:
        yield from iter(partial(response.read1, BLOCK), b"")


def copy_blocks() -> Iterator[bytes]:
    with connection.cursor() as cursor, cursor.copy(floor.COPY) as copy:
        yield from copy


def memory(environment: Environment) -> list[Figure]:
    last_pages = {LARGE: last_page_url(environment), SMALL: urls.pledges(limit=PAGE_SIZE)}
    return [
        memory_figure("any list", lambda name: peak_of_server(name, [*urls.LISTS, last_pages[name]])),
        memory_figure("the export", lambda name: peak_of_server(name, EXPORTS)),
        memory_figure("export_pledges", peak_of_command),
    ]


def memory_figure(what: str, peak: Callable[[str], float]) -> Figure:
    """Return the peak memory with the large database, relative to that with the small one."""
    large, small = peak(LARGE), peak(SMALL)
    sides = f"{large:.0f} MB, with {SMALL_ROWS:,} {small:.0f} MB"
    return Figure(f"peak memory of {what}", 1.2, large / small, sides, is_at_most=True)


def peak_of_server(database: str, paths: Sequence[str]) -> float:
    """Return the peak memory of a new server after it has served all paths, in megabytes."""
    with django_server("duixian", database) as server:
        for path in paths:
            for _block in download(server, path):
                pass
        return server.peak_memory()


def peak_of_command(database: str) -> float:
    connect_to(database)
    command = partial(call_command, "export_pledges", output=Path(os.devnull), stderr=StringIO())
    return measure_in_child_process(command).peak_megabytes


def refs(server: Server, path: str) -> list[str]:
    """Return the references of the pledges in the response of any contender."""
    content = server.get(path)
    rows = content if isinstance(content, list) else content.get("results") or content["rows"]
    return [row["ref"] for row in rows]


def requests(paths: Iterable[str]) -> list[Request]:
    return [Request(path) for path in paths]


GROUPS: dict[str, Callable[[Environment], list[Figure]]] = {
    function.__name__: function for function in (filtered, pages, counts, search, conditional, export, memory)
}
