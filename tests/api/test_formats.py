"""All rows of a list as JSON Lines, CSV and XLSX: the same as its pages of JSON."""

import csv
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any
from zipfile import BadZipFile

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections, connection
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from pledges.api.views.records import RecordViewSet
from pledges.models import Document, Pledge, Unit
from tests.factories import Record, make_dimension, make_follow_up, make_pledge

from .conftest import Api, Desk, problem

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {
    "jsonl": "application/x-ndjson; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "xlsx": XLSX,
}
LISTS = ["pledges", "districts", "officials", "posts", "documents", "statements", "metrics", "units", "follow-ups"]
NASTY = '算力"引号",逗号\n换行\r\n回车\t制表 <b>&amp; 😀\u2028\u2029 _x0041_ \x07 end'


@pytest.fixture
def many(record: Record) -> Record:
    """With ties, decimals, some without a deadline, and two follow-ups."""
    for number in range(7):
        deadline = f"2025-1{number % 3}-01" if number % 3 else None
        make_pledge(f"yl-many-{number}", value=Decimal("0.5") * (number % 4 + 1), year=2025, deadline=deadline)
    make_follow_up(record.investment, actual=300, status="partly_met")
    make_follow_up(record.growth, "in_progress", actual="3.5")
    return record


def body(response: Any) -> bytes:
    assert response.status_code == 200, response.content
    return b"".join(response.streaming_content)


def go_away(response: Any) -> None:
    """As the server ends an answer that nobody waits for any more."""
    request_finished.disconnect(close_old_connections)  # as the test client does, of whose transaction it would be
    response.close()
    request_finished.connect(close_old_connections)


def results(api: Api, path: str, **parameters: Any) -> list[Any]:
    return list(api.get(f"{path}/", limit=1000, **parameters).json()["results"])


def lines(response: Any) -> list[str]:
    *found, end = body(response).decode().split("\n")
    assert end == ""
    return found


def table(response: Any) -> list[list[str]]:
    return list(csv.reader(StringIO(body(response).decode(), newline=""), strict=True))


def sheet(response: Any) -> list[tuple[Any, ...]]:
    return list(load_workbook(BytesIO(body(response))).active.iter_rows(values_only=True))


def flat(row: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def in_csv(value: Any) -> str:
    if isinstance(value, bool | list):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return "" if value is None else str(value)


@pytest.mark.parametrize("path", [*LISTS, "pledges/yl-2025-001/follow-ups"])
def test_every_list_is_had_in_every_format(api: Api, many: Record, path: str) -> None:
    rows = results(api, path)
    assert rows

    assert [json.loads(line) for line in lines(api.get(f"{path}.jsonl"))] == rows
    header, *others = table(api.get(f"{path}.csv"))
    given = [{name: in_csv(value) for name, value in flat(row)} for row in rows]
    assert [{name: cell for name, cell in zip(header, row, strict=True) if cell} for row in others] == [
        {name: cell for name, cell in row.items() if cell} for row in given
    ]
    assert {name for row in given for name, cell in row.items() if cell} <= set(header)
    xlsx_header, *cells = sheet(api.get(f"{path}.xlsx"))
    assert list(xlsx_header) == header
    assert len(cells) == len(rows)
    assert api.get(f"{path}.json", limit=1000).json()["results"] == rows


def test_a_line_is_what_a_page_has(api: Api, many: Record) -> None:
    page = api.get("pledges/", limit=1000).content.decode()
    assert page.endswith(f'"results":[{",".join(lines(api.get("pledges.jsonl")))}]}}')


@pytest.mark.parametrize(
    "parameters",
    [
        {"district": "shanyin"},
        {"within": "yunling", "year": 2025},
        {"status": ["partly_met", "in_progress"]},
        {"q": "学校"},
        {"amount_min": "50000000", "deadline_max": "2025-12-31"},
    ],
)
def test_filters_hold(api: Api, many: Record, parameters: dict[str, Any]) -> None:
    refs = [row["ref"] for row in results(api, "pledges", **parameters)]
    assert 0 < len(refs) < 10
    assert [json.loads(line)["ref"] for line in lines(api.get("pledges.jsonl", **parameters))] == refs
    assert [row[0] for row in table(api.get("pledges.csv", **parameters))[1:]] == refs
    assert [row[0] for row in sheet(api.get("pledges.xlsx", **parameters))[1:]] == refs


@pytest.mark.parametrize("kind", ["year", "deadline", "amount", "updated"])
@pytest.mark.parametrize("sign", ["", "-"])
def test_the_order_is_the_one_asked_for(api: Api, many: Record, sign: str, kind: str) -> None:
    ordering = sign + kind
    refs = [row["ref"] for row in results(api, "pledges", ordering=ordering)]
    assert len(refs) == 10
    assert [json.loads(line)["ref"] for line in lines(api.get("pledges.jsonl", ordering=ordering))] == refs


def test_follow_ups_are_newest_first_as_on_pages(api: Api, many: Record) -> None:
    assert [json.loads(line)["id"] for line in lines(api.get("follow-ups.jsonl"))] == [
        row["id"] for row in results(api, "follow-ups")
    ]


def test_a_limit_cuts_off(api: Api, many: Record) -> None:
    assert len(lines(api.get("pledges.jsonl", limit=4))) == 4
    assert len(table(api.get("pledges.csv", limit=4, ordering="-year"))) == 5
    assert len(lines(api.get("pledges.jsonl", limit=5000))) == 10
    assert api.faults("pledges.csv", limit=0)[0]["parameter"] == "limit"
    assert api.faults("pledges.csv", limit=10**12)[0]["parameter"] == "limit"


def test_more_rows_than_are_read_at_once(api: Api, many: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pledges.api.views.records.KEYS_AT_ONCE", 6)
    monkeypatch.setattr("pledges.api.fast_lists.json_rows.ROWS_AT_ONCE", 2)
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
def test_nothing_found_has_the_same_columns(api: Api, many: Record, path: str, filters: dict[str, Any]) -> None:
    make_dimension("nothing")
    header = table(api.get(f"{path}.csv"))[0]
    assert table(api.get(f"{path}.csv", **filters)) == [header]
    assert sheet(api.get(f"{path}.xlsx", **filters)) == [tuple(header)]
    assert body(api.get(f"{path}.jsonl", **filters)) == b""


def test_drafts_are_not_in_it(api: Api, many: Record) -> None:
    make_pledge("yl-draft", state="draft")
    make_follow_up(many.schools, "in_progress", state="submitted")
    assert b"yl-draft" not in body(api.get("pledges.csv"))
    assert len(lines(api.get("follow-ups.jsonl"))) == 2


def test_colleagues_have_what_they_see(many: Record, reader: Desk) -> None:
    make_follow_up(many.schools, "in_progress", state="submitted")
    response = reader.get("follow-ups.csv", state="submitted")
    assert response["Cache-Control"] == "private, no-store"
    header, row = table(response)
    assert dict(zip(header, row, strict=True))["review.author"] == "editor"


# Content


@pytest.fixture
def nasty(record: Record) -> str:
    Pledge.objects.filter(pk=record.investment.pk).update(note=NASTY)
    return NASTY


def test_what_is_nasty_stays_as_it_is(api: Api, nasty: str) -> None:
    header, row, *_ = table(api.get("pledges.csv"))
    assert row[header.index("note")] == nasty
    assert json.loads(lines(api.get("pledges.jsonl"))[0])["note"] == nasty


def test_a_spreadsheet_leaves_out_only_what_it_can_t_hold(api: Api, nasty: str) -> None:
    header, row, *_ = sheet(api.get("pledges.xlsx"))
    assert row[header.index("note")] == nasty.replace("\x07", "").replace("_x0041_", "_x005F_x0041_")


def test_lines_end_as_rfc_4180_has_it(api: Api, record: Record) -> None:
    assert body(api.get("units.csv")).count(b"\r\n") == 1 + Unit.objects.count()


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "@SUM(A1)", "+1+1", "-1+1", "\t=1", "＝1+1"])
def test_no_formula_reaches_a_spreadsheet(api: Api, record: Record, text: str) -> None:
    Document.objects.filter(slug="yunling-daily-1").update(title=text)
    header, row, *_ = table(api.get("documents.csv"))
    assert row[header.index("title")] == f"'{text}"
    book = load_workbook(BytesIO(body(api.get("documents.xlsx"))))
    cell = book.active.cell(2, header.index("title") + 1)
    assert (cell.value, cell.data_type) == (text, "s")


def test_numbers_days_and_times_are_such_in_a_spreadsheet(api: Api, record: Record) -> None:
    Pledge.objects.filter(pk=record.growth.pk).update(value="-0.5", label="-0.5")
    header, *others = sheet(api.get("pledges.xlsx"))
    rows = {row[0]: dict(zip(header, row, strict=True)) for row in others}
    investment, growth = rows["yl-2025-001"], rows["yl-2025-002"]
    assert (investment["value"], investment["amount"], investment["year"]) == (385, 38_500_000_000, 2025)
    assert (growth["value"], growth["label"]) == (-0.5, "-0.5")
    assert investment["deadline"] == datetime(2025, 12, 31)  # noqa: DTZ001  # a cell knows no zone
    assert growth["deadline"] is None
    written = json.loads(lines(api.get("pledges.jsonl"))[0])["created_at"]
    expected = datetime.fromisoformat(written).replace(tzinfo=None, microsecond=0)
    assert abs((investment["created_at"] - expected).total_seconds()) < 1
    assert investment["district.code"] == "990100"
    assert investment["document.date"] == "2025-01"


def test_numbers_stay_numbers_in_csv(api: Api, record: Record) -> None:
    Pledge.objects.filter(pk=record.growth.pk).update(value="-0.5")
    header, _, row, _ = table(api.get("pledges.csv"))
    assert row[header.index("value")] == "-0.5"


def test_a_long_number_is_not_rounded(api: Api, record: Record) -> None:
    Unit.objects.filter(symbol="亿元").update(factor="1234567890123456.123456")
    factors = [row["factor"] for row in results(api, "units")]
    assert "1234567890123456.123456" in factors
    header, *rows = table(api.get("units.csv"))
    assert [row[header.index("factor")] for row in rows] == factors
    _, *cells = sheet(api.get("units.xlsx"))
    assert "1234567890123456.123456" in [row[header.index("factor")] for row in cells]


def test_truth_and_lists_are_written_as_in_json(api: Api, many: Record) -> None:
    make_follow_up(many.schools, "met", actual=2, as_of="2026-06-30")
    header, *rows = table(api.get("pledges.csv"))
    assert {row[0]: row[header.index("late")] for row in rows}["yl-2026-001"] == "true"
    _, *cells = sheet(api.get("pledges.xlsx"))
    assert {row[0]: row[header.index("late")] for row in cells}["yl-2026-001"] is True
    header, *rows = table(api.get("districts.csv", kind="city"))
    assert rows[0][header.index("aliases")] == '["云市"]'


def test_a_text_too_long_for_a_cell_is_cut_and_marked(api: Api, record: Record) -> None:
    Pledge.objects.filter(pk=record.investment.pk).update(note="长" * 40_000)
    header, row, *_ = sheet(api.get("pledges.xlsx"))
    assert row[header.index("note")] == "长" * 32_766 + "…"


def test_the_header_of_a_spreadsheet_stands_out_and_stays(api: Api, record: Record) -> None:
    book = load_workbook(BytesIO(body(api.get("pledges.xlsx"))))
    assert book.sheetnames == ["pledges"]
    assert book.active.freeze_panes == "A2"
    assert book.active["A1"].font.bold


def test_a_mark_for_excel(api: Api, record: Record) -> None:
    plain = body(api.get("districts.csv"))
    assert plain.startswith(b"slug,")
    assert body(api.get("districts.csv", bom="true")) == b"\xef\xbb\xbf" + plain
    assert body(api.get("districts.csv", bom="false")) == plain
    assert api.faults("districts.csv", bom="1")[0]["known"] == ["true", "false"]


@pytest.mark.parametrize("path", ["districts/", "districts.json", "districts.jsonl", "districts.xlsx"])
def test_the_mark_is_of_csv_only(api: Api, record: Record, path: str) -> None:
    (fault,) = api.faults(path, bom="true")
    assert (fault["parameter"], fault["message"]) == ("bom", "Unknown parameter.")


def test_the_words_are_in_the_language_of_the_request(api: Api, many: Record, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_selected_fields_are_the_only_columns(api: Api, many: Record) -> None:
    header, *rows = table(api.get("pledges.csv", fields="ref,district.name,metric.topic.slug"))
    assert header == ["ref", "district.name", "metric.topic.slug"]
    assert rows[0] == ["yl-2025-001", "云岭市", "economy"]
    assert lines(api.get("units.jsonl", fields="symbol", dimension="ratio")) == ['{"symbol":"%"}']


# The request


@pytest.mark.parametrize("suffix", list(TYPES))
def test_an_answer_says_what_it_is(api: Api, record: Record, suffix: str) -> None:
    response = api.get(f"pledges.{suffix}")
    assert response["Content-Type"] == TYPES[suffix]
    assert response["Content-Disposition"] == f'attachment; filename="duixian-pledges-{timezone.localdate()}.{suffix}"'
    go_away(response)


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/csv", "text/csv; charset=utf-8"),
        ("TEXT/CSV", "text/csv; charset=utf-8"),
        ("text/*", "text/csv; charset=utf-8"),
        ("application/x-ndjson", "application/x-ndjson; charset=utf-8"),
        ("application/jsonl", "application/jsonl; charset=utf-8"),
        (XLSX, XLSX),
        ("text/csv; charset=utf-8", "text/csv; charset=utf-8"),
        ("application/json;q=0.5, text/csv;q=0.8", "text/csv; charset=utf-8"),
        ("application/json, text/csv;q=0.8", "application/json"),
        ("text/csv, */*;q=0.1", "text/csv; charset=utf-8"),
        ("text/csv, */*", "text/csv; charset=utf-8"),
        ("*/*, application/json;q=0", "application/x-ndjson; charset=utf-8"),
        ("application/json; charset=utf-8", "application/json"),
        ("application/*", "application/json"),
        ("*/*", "application/json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8", "application/json"),
        ("application/xml, application/json;q=0.9, */*;q=0.8", "application/json"),
    ],
)
def test_a_client_gets_what_it_likes_best(api: Api, record: Record, accept: str, kind: str) -> None:
    response = api.client.get("/api/v1/pledges/", headers={"Accept": accept})
    assert (response.status_code, response["Content-Type"]) == (200, kind)
    assert "Accept" in response["Vary"]
    go_away(response)


def test_the_file_of_an_accepted_type_has_a_suffix_too(api: Api, record: Record) -> None:
    response = api.client.get("/api/v1/follow-ups/", headers={"Accept": "application/jsonl"})
    assert f'"duixian-follow-ups-{timezone.localdate()}.jsonl"' in response["Content-Disposition"]
    go_away(response)


@pytest.mark.parametrize("accept", ["image/png", "text/html", "text/csv;q=0", "nonsense", "application/json;q=0"])
def test_what_is_not_to_be_had_is_told_with_what_is(api: Api, record: Record, accept: str) -> None:
    told = problem(api.client.get("/api/v1/pledges/", headers={"Accept": accept}), 406)
    for kind in ("application/json", "application/x-ndjson", "application/jsonl", "text/csv", XLSX):
        assert kind in told["detail"]


def test_one_row_is_had_in_json_only(api: Api, record: Record) -> None:
    told = problem(api.client.get("/api/v1/pledges/yl-2025-001/", headers={"Accept": "text/csv"}), 406)
    assert "text/csv" not in told["detail"]
    assert "application/json" in told["detail"]
    assert api.get("pledges/yl-2025-001.csv").status_code in (301, 404)


def test_a_suffix_counts_more_than_what_is_accepted(api: Api, record: Record) -> None:
    response = api.client.get("/api/v1/pledges.csv", headers={"Accept": "application/json"})
    assert response["Content-Type"] == TYPES["csv"]
    go_away(response)


@pytest.mark.parametrize("path", ["pledges.xml", "pledges.CSV", "pledges.csv/", "pledges.", "nothing.csv"])
def test_an_unknown_suffix_is_not_found(api: Api, record: Record, path: str) -> None:
    problem(api.get(path), 404)


@pytest.mark.parametrize("suffix", list(TYPES))
def test_what_is_wrong_is_a_problem_as_anywhere(api: Api, record: Record, suffix: str) -> None:
    (fault,) = api.faults(f"pledges.{suffix}", yaer=2025)
    assert "year" in fault["known"]
    problem(api.get(f"pledges/nope/follow-ups.{suffix}"), 404)
    assert problem(api.client.post(f"/api/v1/pledges.{suffix}"), 405)


@pytest.mark.parametrize("suffix", list(TYPES))
@pytest.mark.parametrize(("name", "value"), [("cursor", "x"), ("count", "exact")])
def test_there_are_no_pages(api: Api, record: Record, suffix: str, name: str, value: str) -> None:
    (fault,) = api.faults(f"pledges.{suffix}", **{name: value})
    assert fault["parameter"] == name
    assert "pages" in fault["message"]


def test_pages_are_followed_with_a_suffix_too(api: Api, many: Record) -> None:
    first = api.get("pledges.json", limit=6).json()
    second = api.client.get(first["next"]).json()
    assert [len(page["results"]) for page in (first, second)] == [6, 4]
    assert ".json?" in second["previous"]


def test_options_tell_what_is_allowed_in_json(api: Api, record: Record) -> None:
    response = api.client.options("/api/v1/pledges.csv")
    assert (response["Allow"], response["Content-Type"]) == ("GET, HEAD, OPTIONS", "application/json")


def test_format_is_no_parameter(api: Api, record: Record) -> None:
    assert api.faults(format="csv")[0]["message"] == "Unknown parameter."


@pytest.mark.parametrize("suffix", list(TYPES))
def test_head_has_the_headers_without_reading_rows(
    api: Api, record: Record, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    monkeypatch.setattr(RecordViewSet, "texts", lambda *_: 1 / 0)
    response = api.client.head(f"/api/v1/pledges.{suffix}")
    assert (response.status_code, response["Content-Type"], response.getvalue()) == (200, TYPES[suffix], b"")
    assert api.client.head(f"/api/v1/pledges.{suffix}?yaer=1").status_code == 400


def test_too_many_rows_for_a_spreadsheet(api: Api, record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pledges.api.fast_lists.streaming.MAX_ROWS", 2)
    told = problem(api.get("pledges.xlsx"), 400)
    assert "3" in told["detail"]
    assert "CSV" in told["detail"]
    assert len(sheet(api.get("pledges.xlsx", limit=2))) == 3
    assert len(sheet(api.get("pledges.xlsx", year=2025))) == 3
    assert len(table(api.get("pledges.csv"))) == 4


def test_the_description_names_the_formats_of_lists(client: Client, db: None) -> None:
    paths = client.get("/api/v1/schema/").json()["paths"]
    kinds = ["application/json", "application/x-ndjson", "application/jsonl", "text/csv", XLSX]
    for path in (*LISTS, "pledges/{ref}/follow-ups"):
        operation = paths[f"/api/v1/{path}/"]["get"]
        assert list(operation["responses"]["200"]["content"]) == kinds
        assert ".jsonl" in operation["description"]
        assert "bom" in [parameter["name"] for parameter in operation["parameters"]]
    assert list(paths["/api/v1/pledges/{ref}/"]["get"]["responses"]["200"]["content"]) == ["application/json"]
    assert not [path for path in paths if "." in path]


# Failures


def fail_at(api: Api, monkeypatch: pytest.MonkeyPatch, row: int) -> None:
    texts = RecordViewSet.texts

    def some(view: Any, keys: Sequence[Any]) -> Iterator[str]:
        for number, text in enumerate(texts(view, keys)):
            if number == row:
                raise RuntimeError("secret")
            yield text

    monkeypatch.setattr(RecordViewSet, "texts", some)
    monkeypatch.setattr("pledges.exports.csv_rows.BATCH_SIZE", 1)
    monkeypatch.setattr("pledges.exports.jsonl.BATCH_SIZE", 1)
    monkeypatch.setattr("pledges.exports.xlsx.BATCH_SIZE", 1)


@pytest.mark.parametrize("suffix", list(TYPES))
def test_a_failure_before_the_first_row_is_a_problem(
    record: Record, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    client = Client(raise_request_exception=False)
    fail_at(Api(client), monkeypatch, 0)
    problem(client.get(f"/api/v1/pledges.{suffix}"), 500)


def broken(response: Any) -> bytes:
    """What was sent before the failure."""
    sent: list[bytes] = []
    with pytest.raises(RuntimeError):
        sent.extend(response.streaming_content)
    return b"".join(sent)


def test_a_failure_in_the_midst_leaves_what_no_reader_takes_for_whole(
    api: Api, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_at(api, monkeypatch, 2)
    *whole, last = broken(api.get("pledges.jsonl")).decode().split("\n")
    assert [json.loads(line)["ref"] for line in whole] == ["yl-2025-001", "yl-2025-002"]
    with pytest.raises(json.JSONDecodeError):
        json.loads(last)
    with pytest.raises(csv.Error):
        list(csv.reader(StringIO(broken(api.get("pledges.csv")).decode(), newline=""), strict=True))
    with pytest.raises(BadZipFile):
        load_workbook(BytesIO(broken(api.get("pledges.xlsx"))))
    assert "secret" not in last


def test_one_thread_is_left_for_other_requests(api: Api, record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pledges.exports.csv_rows.BATCH_SIZE", 1)
    monkeypatch.setattr("pledges.exports.jsonl.BATCH_SIZE", 1)
    going_on = [api.get("pledges.jsonl") for _ in range(2)]
    problem(api.get("pledges.jsonl"), 503)  # one client does not get them all
    going_on.append(Client(REMOTE_ADDR="203.0.113.9").get("/api/v1/pledges.jsonl"))
    response = api.get("pledges.jsonl")
    problem(response, 503)
    assert int(response["Retry-After"]) > 0
    assert api.get("pledges/").status_code == 200
    go_away(going_on.pop(0))
    assert len(lines(api.get("pledges.jsonl"))) == 3
    for response in going_on:
        assert len(lines(response)) == 3


def test_who_goes_away_leaves_no_cursor_behind(api: Api, record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pledges.exports.csv_rows.BATCH_SIZE", 1)
    monkeypatch.setattr("pledges.exports.jsonl.BATCH_SIZE", 1)
    monkeypatch.setattr("pledges.api.views.records.KEYS_AT_ONCE", 2)
    monkeypatch.setattr("pledges.api.fast_lists.json_rows.ROWS_AT_ONCE", 1)

    def cursors() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_cursors WHERE name LIKE '_django%'")
            return int(cursor.fetchone()[0])

    response = api.get("pledges.jsonl")
    assert cursors() == 1
    go_away(response)
    assert cursors() == 0
