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
from bench.client import BLOCK_SIZE, Request, line_rate
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
SEARCH_LIMIT = 200  # must equal the limit in `bench.contenders.floor`
EXPORTS = ("/api/v1/pledges.jsonl", "/api/v1/pledges.csv")
MAX_MEMORY_GROWTH = 1.2  # with the large database, relative to the small one
PREPARED_FLOOR = "prepared floor"
SMALL_CONTENDER = f"with {SMALL_ROWS:,}"


def filtered(environment: Environment) -> list[Figure]:
    keys = dict(District.objects.values_list("slug", "pk"))
    pairs = urls.pairs(environment.rows)
    paths = {
        "Duixian": [urls.pledges_url(district=slug, year=year) for slug, year in pairs],
        "floor": [urls.floor_url("filtered", district=slug, year=year) for slug, year in pairs],
        "plain DRF": [urls.plain_drf_url(slug, year) for slug, year in pairs],
        "Datasette": [
            urls.datasette_url(district_id=keys[slug], year=year, _sort="ref", _size=50, _labels="on")
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
    small_paths = [urls.pledges_url(district=slug, year=year) for slug, year in urls.pairs(SMALL_ROWS)]
    result = measure_interleaved(
        contenders | {SMALL_CONTENDER: request_rate(environment.small, requests(small_paths))}, environment.rounds
    )
    name = "filtered list, about 33 rows, against"
    return [
        result.ratio(f"{name} the floor", "Duixian", "floor", target=0.6),
        result.ratio(f"{name} the floor with its statement prepared", "Duixian", PREPARED_FLOOR, target=None),
        result.ratio(f"{name} plain DRF", "Duixian", "plain DRF", target=5),
        result.ratio(f"{name} Datasette with labels", "Duixian", "Datasette", target=4),
        result.ratio(f"{name} the same with {SMALL_ROWS:,} pledges", "Duixian", SMALL_CONTENDER, target=0.8),
    ]


def pages(environment: Environment) -> list[Figure]:
    first_page, last_page = urls.pledges_url(limit=PAGE_SIZE), last_page_url(environment)
    floor_page = urls.floor_url("first")
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
        result.ratio("list of 100 rows without filter, against the floor", "first page", "floor", target=0.6),
        result.ratio(
            "list of 100 rows, against the floor with its statement prepared", "first page", PREPARED_FLOOR, target=None
        ),
        result.ratio(f"the {number:,}th page by cursor against the first", page, "first page", target=0.9),
    ]


def last_page_url(environment: Environment) -> str:
    """Return the URL of the last page.

    Its cursor is taken from the list of the last official's pledges: a cursor is valid with any filter.
    """
    official = f"official-{corpus.officials(environment.rows) - 1}"
    earlier = refs(environment.duixian, urls.pledges_url(official=official, limit=1000))[:-PAGE_SIZE]
    response = environment.duixian.get(urls.pledges_url(official=official, limit=len(earlier)))
    (cursor,) = parse_qs(urlsplit(response["next"]).query)["cursor"]
    return urls.pledges_url(limit=PAGE_SIZE, cursor=cursor)


def counts(environment: Environment) -> list[Figure]:
    stats = [urls.stats_url(year=year) for year in corpus.YEARS]
    facets = [urls.datasette_url(year=year, _facet="status", _size=0) for year in corpus.YEARS]
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
        result.ratio(
            "status counts of one year over all districts, against Datasette's facet", "Duixian", "Datasette", target=40
        )
    ]


def search(environment: Environment) -> list[Figure]:
    searches = [urls.pledges_url(q=word, limit=SEARCH_LIMIT) for word in corpus.RARE_WORDS]
    scans = [urls.floor_url("search", q=word) for word in corpus.RARE_WORDS]
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
    name = f"search for a word of {environment.rows * corpus.RARITY:,.0f} or so pledges, against ILIKE"
    return [result.ratio(name, "Duixian", "ILIKE", target=50)]


def conditional(environment: Environment) -> list[Figure]:
    paths = [urls.pledges_url(district=slug, year=year) for slug, year in urls.pairs(environment.rows)]
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
    return [
        result.ratio("response 304, against an empty view behind the same middleware", "304", "empty view", target=0.5)
    ]


def export(environment: Environment) -> list[Figure]:
    connect_to(LARGE)
    contenders = {
        "Duixian": lambda: line_rate(download(environment.duixian, EXPORTS[0]), environment.rows),
        "COPY": lambda: line_rate(copy_blocks(), environment.rows),
    }
    result = measure_interleaved(contenders, environment.rounds, "rows/s")
    return [result.ratio("export of all rows as JSON Lines, against COPY … TO STDOUT", "Duixian", "COPY", target=0.25)]


def download(server: Server, path: str) -> Iterator[bytes]:
    with server.open(path) as response:
        yield from iter(partial(response.read1, BLOCK_SIZE), b"")


def copy_blocks() -> Iterator[bytes]:
    with connection.cursor() as cursor, cursor.copy(floor.COPY) as copy:
        yield from copy


def memory(environment: Environment) -> list[Figure]:
    last_pages = {LARGE: last_page_url(environment), SMALL: urls.pledges_url(limit=PAGE_SIZE)}
    return [
        memory_figure("any list", lambda name: peak_of_server(name, [*urls.LISTS, last_pages[name]])),
        memory_figure("the export", lambda name: peak_of_server(name, EXPORTS)),
        memory_figure("export_pledges", peak_of_command),
    ]


def memory_figure(process: str, peak: Callable[[str], float]) -> Figure:
    """Return the peak memory of a process with the large database, relative to that with the small one."""
    large, small = peak(LARGE), peak(SMALL)
    values = f"{large:.0f} MB, with {SMALL_ROWS:,} {small:.0f} MB"
    return Figure(f"peak memory of {process}", MAX_MEMORY_GROWTH, large / small, values, is_maximum=True)


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
    rows = content if isinstance(content, list) else content["results" if "results" in content else "rows"]
    return [row["ref"] for row in rows]


def requests(paths: Iterable[str]) -> list[Request]:
    return [Request(path) for path in paths]


GROUPS: dict[str, Callable[[Environment], list[Figure]]] = {
    function.__name__: function for function in (filtered, pages, counts, search, conditional, export, memory)
}
