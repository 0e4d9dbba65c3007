"""Read the streamed responses of lists: JSON Lines, CSV and XLSX."""

import csv
from io import BytesIO, StringIO
from typing import Any

from django.core.signals import request_finished
from django.db import close_old_connections
from openpyxl import load_workbook

from .conftest import Api

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {
    "jsonl": "application/x-ndjson; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "xlsx": XLSX,
}
LISTS = [
    "pledges",
    "districts",
    "officials",
    "bodies",
    "posts",
    "documents",
    "statements",
    "metrics",
    "units",
    "follow-ups",
]


def body(response: Any) -> bytes:
    assert response.status_code == 200, response.content
    return b"".join(response.streaming_content)


def lines(response: Any) -> list[str]:
    *found, end = body(response).decode().split("\n")
    assert end == ""
    return found


def table(response: Any) -> list[list[str]]:
    return list(csv.reader(StringIO(body(response).decode(), newline=""), strict=True))


def sheet(response: Any) -> list[tuple[Any, ...]]:
    return list(load_workbook(BytesIO(body(response))).active.iter_rows(values_only=True))


def results(api: Api, path: str, **parameters: Any) -> list[Any]:
    return list(api.get(f"{path}/", limit=1000, **parameters).json()["results"])


def disconnect(response: Any) -> None:
    """Close a streaming response without reading it, as the server does when the client disconnects."""
    # Closing a response sends `request_finished`, which would close the database connection of the test.
    request_finished.disconnect(close_old_connections)
    response.close()
    request_finished.connect(close_old_connections)
