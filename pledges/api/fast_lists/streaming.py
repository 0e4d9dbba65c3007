"""All rows of a list in one answer, sent while they are read."""

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from http import HTTPStatus
from itertools import islice
from pathlib import PurePosixPath
from threading import Lock
from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from rest_framework.request import Request

from pledges.api.fast_lists.flatten import columns
from pledges.api.fast_lists.formats import RowsRenderer, XLSXRenderer
from pledges.api.http.clients import client_network
from pledges.api.http.problems import Problem
from pledges.exports.cells import MAX_ROWS

# A stream takes a thread and a connection as long as its client reads: of a worker's 4, one is always left, and a
# client that does not read leaves a stream to others.
MOST, MOST_OF_ONE = 3, 2
SECONDS_TO_WAIT = "10"
CLIENTS: list[str | None] = []  # of the streams under way
COUNTING = Lock()


class Stream:
    """Begun when it is made, so that what goes wrong at first can still be told; in the language of its request."""

    def __init__(self, chunks: Generator[bytes]) -> None:
        self.language = translation.get_language() or ""
        self.chunks = chunks
        self.begun = list(islice(chunks, 1))

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if self.begun:
            return self.begun.pop()
        with translation.override(self.language):
            return next(self.chunks)

    def close(self) -> None:
        self.chunks.close()


def stream(view: Any, queryset: QuerySet[Any]) -> StreamingHttpResponse:
    """The answer of a view to a request for all rows."""
    request, renderer, asked = view.request, view.request.accepted_renderer, view.paging.cleaned_data
    if isinstance(renderer, XLSXRenderer):
        _check_number(queryset, asked.get("limit"))
    title = PurePosixPath(request.path).stem
    chunks = _chunks(view, renderer, in_order(queryset, view)[: asked.get("limit")], title)
    return StreamingHttpResponse(
        Stream(chunks) if request.method == "GET" else (),
        content_type=f"{renderer.media_type}; charset={renderer.charset}" if renderer.charset else renderer.media_type,
        headers={
            "Content-Disposition": content_disposition_header(
                as_attachment=True, filename=f"duixian-{title}-{timezone.localdate()}.{renderer.format}"
            )
        },
    )


def in_order(queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
    ordering = view.paging.cleaned_data.get("ordering") or view.default_ordering
    falls = ordering.startswith("-")
    places = [view.orderings[ordering]] if ordering else []
    key = f"-{view.key}" if falls else view.key
    return queryset.order_by(*(place.desc() if falls else place.asc() for place in places), key)


def _check_number(queryset: QuerySet[Any], limit: int | None) -> None:
    if limit and limit <= MAX_ROWS:
        return
    count = queryset.count()
    if count > MAX_ROWS:
        raise Problem(
            HTTPStatus.BAD_REQUEST,
            _("These are %(count)d rows; a spreadsheet has at most %(most)d: filter them, set `limit`, or take CSV.")
            % {"count": count, "most": MAX_ROWS},
        )


def _chunks(view: Any, renderer: RowsRenderer, queryset: QuerySet[Any], title: str) -> Generator[bytes]:
    with slot(view.request), closing(view.json_rows(queryset)) as rows:
        table = list(columns(view.get_serializer()))
        chunks = renderer.stream(rows, table, title, view.paging.cleaned_data)
        yield from islice(chunks, 1)
        try:
            yield from chunks
        except Exception:
            # Not every server breaks the connection then: this end is one that no reader takes for whole.
            yield f'"{_("The server failed here, and the rest is missing.")}'.encode()
            raise


@contextmanager
def slot(request: Request) -> Iterator[None]:
    client = client_network(request)
    with COUNTING:
        if len(CLIENTS) >= MOST or CLIENTS.count(client) >= MOST_OF_ONE:
            raise Problem(
                HTTPStatus.SERVICE_UNAVAILABLE,
                _("Enough whole lists are being sent at this moment: ask again, or page by page."),
                headers={"Retry-After": SECONDS_TO_WAIT},
            )
        CLIENTS.append(client)
    try:
        yield
    finally:
        CLIENTS.remove(client)
