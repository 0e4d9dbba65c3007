"""Failures and limits of streamed responses."""

import csv
import json
from collections.abc import Iterator, Sequence
from io import BytesIO, StringIO
from typing import Any
from zipfile import BadZipFile

import pytest
from django.db import connection
from django.test import Client
from openpyxl import load_workbook

from pledges.api.views.records import RecordViewSet
from tests.factories import Record

from .conftest import Api, problem
from .format_responses import TYPES, disconnect, lines


def fail_at(api: Api, monkeypatch: pytest.MonkeyPatch, row: int) -> None:
    """Make the rows of every list fail at the given row, counted from 0, and send each row as a chunk."""
    json_rows = RecordViewSet.json_rows

    def failing_json_rows(view: Any, keys: Sequence[Any]) -> Iterator[str]:
        for number, text in enumerate(json_rows(view, keys)):
            if number == row:
                raise RuntimeError("secret")
            yield text

    monkeypatch.setattr(RecordViewSet, "json_rows", failing_json_rows)
    monkeypatch.setattr("pledges.exports.csv_rows.BATCH_SIZE", 1)
    monkeypatch.setattr("pledges.exports.jsonl.BATCH_SIZE", 1)
    monkeypatch.setattr("pledges.exports.xlsx.BATCH_SIZE", 1)


@pytest.mark.parametrize("suffix", list(TYPES))
def test_failure_before_the_first_row_returns_problem_document(
    record: Record, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    client = Client(raise_request_exception=False)
    fail_at(Api(client), monkeypatch, 0)
    problem(client.get(f"/api/v1/pledges.{suffix}"), 500)


def sent_before_failure(response: Any) -> bytes:
    sent: list[bytes] = []
    with pytest.raises(RuntimeError):
        sent.extend(response.streaming_content)
    return b"".join(sent)


def test_failure_after_the_first_row_leaves_unparsable_output(
    api: Api, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_at(api, monkeypatch, 2)
    *complete_lines, last = sent_before_failure(api.get("pledges.jsonl")).decode().split("\n")
    assert [json.loads(line)["ref"] for line in complete_lines] == ["yl-2025-001", "yl-2025-002"]
    with pytest.raises(json.JSONDecodeError):
        json.loads(last)
    with pytest.raises(csv.Error):
        list(csv.reader(StringIO(sent_before_failure(api.get("pledges.csv")).decode(), newline=""), strict=True))
    with pytest.raises(BadZipFile):
        load_workbook(BytesIO(sent_before_failure(api.get("pledges.xlsx"))))
    assert "secret" not in last


def test_streams_leave_one_thread_for_other_requests(api: Api, record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pledges.exports.csv_rows.BATCH_SIZE", 1)
    monkeypatch.setattr("pledges.exports.jsonl.BATCH_SIZE", 1)
    open_streams = [api.get("pledges.jsonl") for _ in range(2)]
    problem(api.get("pledges.jsonl"), 503)  # above the limit of one client
    open_streams.append(Client(REMOTE_ADDR="203.0.113.9").get("/api/v1/pledges.jsonl"))
    response = api.get("pledges.jsonl")
    problem(response, 503)
    assert int(response["Retry-After"]) > 0
    assert api.get("pledges/").status_code == 200
    disconnect(open_streams.pop(0))
    assert len(lines(api.get("pledges.jsonl"))) == 3
    for response in open_streams:
        assert len(lines(response)) == 3


def test_disconnected_client_leaves_no_cursor_open(api: Api, record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pledges.exports.csv_rows.BATCH_SIZE", 1)
    monkeypatch.setattr("pledges.exports.jsonl.BATCH_SIZE", 1)
    monkeypatch.setattr("pledges.api.views.records.KEY_BATCH_SIZE", 2)
    monkeypatch.setattr("pledges.api.fast_lists.json_rows.BATCH_SIZE", 1)

    def cursors() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_cursors WHERE name LIKE '_django%'")
            return int(cursor.fetchone()[0])

    response = api.get("pledges.jsonl")
    assert cursors() == 1
    disconnect(response)
    assert cursors() == 0
