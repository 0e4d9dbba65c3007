"""Lists contain the same rows in JSON Lines, CSV and XLSX as in JSON pages."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.factories import Record, make_dimension, make_follow_up, make_pledge

from .conftest import Api, TokenClient
from .format_responses import LISTS, body, lines, results, sheet, table


def flattened(row: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        if isinstance(value, dict):
            yield from flattened(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def csv_cell(value: Any) -> str:
    if isinstance(value, bool | list):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return "" if value is None else str(value)


@pytest.mark.parametrize("path", [*LISTS, "pledges/yl-2025-001/follow-ups"])
def test_every_list_has_every_format(api: Api, varied_pledges: Record, path: str) -> None:
    rows = results(api, path)
    assert rows

    assert [json.loads(line) for line in lines(api.get(f"{path}.jsonl"))] == rows
    header, *others = table(api.get(f"{path}.csv"))
    expected_rows = [{name: csv_cell(value) for name, value in flattened(row)} for row in rows]
    assert [{name: cell for name, cell in zip(header, row, strict=True) if cell} for row in others] == [
        {name: cell for name, cell in row.items() if cell} for row in expected_rows
    ]
    assert {name for row in expected_rows for name, cell in row.items() if cell} <= set(header)
    xlsx_header, *cells = sheet(api.get(f"{path}.xlsx"))
    assert list(xlsx_header) == header
    assert len(cells) == len(rows)
    assert api.get(f"{path}.json", limit=1000).json()["results"] == rows


def test_json_line_equals_a_row_of_a_page(api: Api, varied_pledges: Record) -> None:
    page = api.get("pledges/", limit=1000).content.decode()
    assert page.endswith(f'"results":[{",".join(lines(api.get("pledges.jsonl")))}]}}')


@pytest.mark.parametrize(
    "parameters",
    [
        {"district": "shanyin"},
        {"within": "yunling", "year": 2025},
        {"status": ["partly_met", "in_progress"]},
        {"q": "学校"},
        {"amount_min": "50000000", "dimension": "money", "deadline_max": "2025-12-31"},
    ],
)
def test_filters_apply_to_every_format(api: Api, varied_pledges: Record, parameters: dict[str, Any]) -> None:
    refs = [row["ref"] for row in results(api, "pledges", **parameters)]
    assert 0 < len(refs) < 10
    assert [json.loads(line)["ref"] for line in lines(api.get("pledges.jsonl", **parameters))] == refs
    assert [row[0] for row in table(api.get("pledges.csv", **parameters))[1:]] == refs
    assert [row[0] for row in sheet(api.get("pledges.xlsx", **parameters))[1:]] == refs


@pytest.mark.parametrize("kind", ["year", "deadline", "amount", "updated"])
@pytest.mark.parametrize("sign", ["", "-"])
def test_rows_have_the_requested_order(api: Api, varied_pledges: Record, sign: str, kind: str) -> None:
    ordering = sign + kind
    refs = [row["ref"] for row in results(api, "pledges", ordering=ordering)]
    assert len(refs) == 10
    assert [json.loads(line)["ref"] for line in lines(api.get("pledges.jsonl", ordering=ordering))] == refs


def test_follow_ups_are_newest_first(api: Api, varied_pledges: Record) -> None:
    assert [json.loads(line)["id"] for line in lines(api.get("follow-ups.jsonl"))] == [
        row["id"] for row in results(api, "follow-ups")
    ]


def test_limit_is_the_maximum_number_of_rows(api: Api, varied_pledges: Record) -> None:
    assert len(lines(api.get("pledges.jsonl", limit=4))) == 4
    assert len(table(api.get("pledges.csv", limit=4, ordering="-year"))) == 5
    assert len(lines(api.get("pledges.jsonl", limit=5000))) == 10
    assert api.errors("pledges.csv", limit=0)[0]["parameter"] == "limit"
    assert api.errors("pledges.csv", limit=10**12)[0]["parameter"] == "limit"


def test_rows_of_several_batches_are_complete(
    api: Api, varied_pledges: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pledges.api.views.records.KEY_BATCH_SIZE", 6)
    monkeypatch.setattr("pledges.api.fast_lists.json_rows.BATCH_SIZE", 2)
    monkeypatch.setattr("pledges.exports.csv_rows.BATCH_SIZE", 2)
    monkeypatch.setattr("pledges.exports.jsonl.BATCH_SIZE", 2)
    monkeypatch.setattr("pledges.exports.xlsx.BATCH_SIZE", 4)
    refs = [row["ref"] for row in results(api, "pledges")]
    assert [json.loads(line)["ref"] for line in lines(api.get("pledges.jsonl"))] == refs
    assert [row[0] for row in table(api.get("pledges.csv"))] == ["ref", *refs]
    assert [row[0] for row in sheet(api.get("pledges.xlsx"))] == ["ref", *refs]


@pytest.mark.parametrize(
    ("path", "filters"),
    [
        ("pledges", {"q": "没有这个词"}),
        ("follow-ups", {"status": "withdrawn"}),
        ("districts", {"parent": "shanyin"}),
        ("officials", {"q": "没有这个人"}),
        ("posts", {"district": "yunling-etdz"}),
        ("documents", {"q": "没有这一版"}),
        ("statements", {"official": "张三丰", "document": "yunling-daily-2"}),
        ("metrics", {"q": "没有这个指标"}),
        ("units", {"dimension": "nothing"}),
    ],
)
def test_empty_result_has_the_same_columns(
    api: Api, varied_pledges: Record, path: str, filters: dict[str, Any]
) -> None:
    make_dimension("nothing")
    header = table(api.get(f"{path}.csv"))[0]
    assert table(api.get(f"{path}.csv", **filters)) == [header]
    assert sheet(api.get(f"{path}.xlsx", **filters)) == [tuple(header)]
    assert body(api.get(f"{path}.jsonl", **filters)) == b""


def test_drafts_are_absent(api: Api, varied_pledges: Record) -> None:
    make_pledge("yl-draft", state="draft")
    make_follow_up(varied_pledges.schools, "in_progress", state="submitted")
    assert b"yl-draft" not in body(api.get("pledges.csv"))
    assert len(lines(api.get("follow-ups.jsonl"))) == 2


def test_staff_export_unapproved_follow_ups(varied_pledges: Record, reader: TokenClient) -> None:
    make_follow_up(varied_pledges.schools, "in_progress", state="submitted")
    response = reader.get("follow-ups.csv", state="submitted")
    assert response["Cache-Control"] == "private, no-store"
    header, row = table(response)
    assert dict(zip(header, row, strict=True))["review.author"] == "editor"


def test_texts_are_in_the_language_of_the_request(
    api: Api, varied_pledges: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pledges.exports.csv_rows.BATCH_SIZE", 1)
    monkeypatch.setattr("pledges.exports.jsonl.BATCH_SIZE", 1)
    found = {}
    for language in ("en", "zh-CN"):
        response = api.client.get("/api/v1/pledges.jsonl", headers={"Accept-Language": language})
        found[language] = [json.loads(line)["target"] for line in lines(response)]
    assert found["en"][0].startswith("at least")
    assert found["zh-CN"][0].startswith("至少")
    assert "增长" in found["zh-CN"][1]
    assert "growth" in found["en"][1]


def test_selected_fields_are_the_only_columns(api: Api, varied_pledges: Record) -> None:
    header, *rows = table(api.get("pledges.csv", fields="ref,district.name,metric.topic.slug"))
    assert header == ["ref", "district.name", "metric.topic.slug"]
    assert rows[0] == ["yl-2025-001", "云岭市", "economy"]
    assert lines(api.get("units.jsonl", fields="symbol", dimension="ratio")) == ['{"symbol":"%"}']
