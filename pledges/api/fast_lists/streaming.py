"""Streaming responses, which are sent while their rows are read, and the limits of their number."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from http import HTTPStatus
from itertools import islice
from pathlib import PurePosixPath
from threading import Lock
from typing import Any, cast

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from rest_framework.request import Request

from pledges.api.fast_lists.flatten import FlatColumn
from pledges.api.fast_lists.formats import StreamingRenderer
from pledges.api.http.clients import client_network
from pledges.api.http.problems import ProblemError

# A stream occupies a thread and a database connection for as long as its client reads. A worker process has 4 of each:
# one is reserved for other requests, and one client cannot occupy all streams.
MAX_STREAMS, MAX_STREAMS_PER_CLIENT = 3, 2
RETRY_AFTER = "10"  # seconds
active_clients: list[str | None] = []  # one entry for each running stream of this process
active_clients_lock = Lock()


class Stream:
    """An iterator over the chunks of a response.

    The first chunk is read at once, so that an early error causes an error response. The other chunks are read after
    the middleware has finished, so the language of the request is activated again.
    """

    def __init__(self, chunks: Generator[bytes]) -> None:
        self.language = translation.get_language() or ""
        self.chunks = chunks
        self.first_chunk = list(islice(chunks, 1))

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if self.first_chunk:
            return self.first_chunk.pop()
        with translation.override(self.language):
            return next(self.chunks)

    def close(self) -> None:
        self.chunks.close()


def stream_rows(
    request: Request, rows: Generator[str], columns: Sequence[FlatColumn], params: dict[str, Any]
) -> StreamingHttpResponse:
    """Return a response with all rows of a list, in the format that the client accepts.

    `rows` are JSON objects, and `params` are the values of the renderer's `parameter_form`. The response to a HEAD
    request is empty.
    """
    renderer = cast(StreamingRenderer, request.accepted_renderer)
    title = PurePosixPath(request.path).stem
    chunks = _chunks(request, renderer, rows, columns, title, params)
    return StreamingHttpResponse(
        Stream(chunks) if request.method == "GET" else (),
        content_type=f"{renderer.media_type}; charset={renderer.charset}" if renderer.charset else renderer.media_type,
        headers={
            "Content-Disposition": content_disposition_header(
                as_attachment=True, filename=f"duixian-{title}-{timezone.localdate()}.{renderer.format}"
            )
        },
    )


def check_row_count(queryset: QuerySet[Any], max_rows: int | None, limit: int | None) -> None:
    """Raise `ProblemError` if the queryset has more rows than the format can contain."""
    if max_rows is None or (limit and limit <= max_rows):
        return
    count = queryset.count()
    if count > max_rows:
        raise ProblemError(
            HTTPStatus.BAD_REQUEST,
            _("%(count)d rows match, but a spreadsheet holds at most %(most)d. Filter them, set `limit`, or use CSV.")
            % {"count": count, "most": max_rows},
        )


def _chunks(
    request: Request,
    renderer: StreamingRenderer,
    rows: Generator[str],
    columns: Sequence[FlatColumn],
    title: str,
    params: dict[str, Any],
) -> Generator[bytes]:
    with export_slot(request), closing(rows):
        chunks = renderer.stream(rows, columns, title, params)
        yield from islice(chunks, 1)
        try:
            yield from chunks
        except Exception:
            # After an exception, the server may end the response as if it were complete. An unterminated quotation
            # mark makes every parser fail.
            end = _("The server failed here; the rest is missing.")
            yield f'"{end}'.encode()
            raise


@contextmanager
def export_slot(request: Request) -> Iterator[None]:
    """Count a stream while it runs. Raise 503 if the limit of the process or of the client is reached."""
    client = client_network(request)
    with active_clients_lock:
        if len(active_clients) >= MAX_STREAMS or active_clients.count(client) >= MAX_STREAMS_PER_CLIENT:
            raise ProblemError(
                HTTPStatus.SERVICE_UNAVAILABLE,
                _("Too many exports are running. Retry later, or read page by page."),
                headers={"Retry-After": RETRY_AFTER},
            )
        active_clients.append(client)
    try:
        yield
    finally:
        active_clients.remove(client)
