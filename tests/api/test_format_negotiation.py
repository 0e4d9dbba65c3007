"""The suffix of the URL or the `Accept` header selects the format of a list; each format has its headers and limits."""

import pytest
from django.test import Client
from django.utils import timezone

from pledges.api.views.records import RecordViewSet
from tests.factories import Record

from .conftest import Api, problem
from .format_responses import LISTS, TYPES, XLSX, disconnect, sheet, table


@pytest.mark.parametrize("suffix", list(TYPES))
def test_response_has_content_type_and_file_name(api: Api, record: Record, suffix: str) -> None:
    response = api.get(f"pledges.{suffix}")
    assert response["Content-Type"] == TYPES[suffix]
    assert response["Content-Disposition"] == f'attachment; filename="duixian-pledges-{timezone.localdate()}.{suffix}"'
    disconnect(response)


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
def test_most_preferred_format_is_chosen(api: Api, record: Record, accept: str, kind: str) -> None:
    response = api.client.get("/api/v1/pledges/", headers={"Accept": accept})
    assert (response.status_code, response["Content-Type"]) == (200, kind)
    assert "Accept" in response["Vary"]
    disconnect(response)


def test_file_name_has_the_suffix_of_the_accepted_type(api: Api, record: Record) -> None:
    response = api.client.get("/api/v1/follow-ups/", headers={"Accept": "application/jsonl"})
    assert f'"duixian-follow-ups-{timezone.localdate()}.jsonl"' in response["Content-Disposition"]
    disconnect(response)


@pytest.mark.parametrize("accept", ["image/png", "text/html", "text/csv;q=0", "nonsense", "application/json;q=0"])
def test_unavailable_type_gets_406_that_lists_the_available_types(api: Api, record: Record, accept: str) -> None:
    details = problem(api.client.get("/api/v1/pledges/", headers={"Accept": accept}), 406)
    for kind in ("application/json", "application/x-ndjson", "application/jsonl", "text/csv", XLSX):
        assert kind in details["detail"]


def test_detail_is_json_only(api: Api, record: Record) -> None:
    details = problem(api.client.get("/api/v1/pledges/yl-2025-001/", headers={"Accept": "text/csv"}), 406)
    assert "text/csv" not in details["detail"]
    assert "application/json" in details["detail"]
    assert api.get("pledges/yl-2025-001.csv").status_code in (301, 404)


def test_suffix_takes_precedence_over_accept(api: Api, record: Record) -> None:
    response = api.client.get("/api/v1/pledges.csv", headers={"Accept": "application/json"})
    assert response["Content-Type"] == TYPES["csv"]
    disconnect(response)


@pytest.mark.parametrize("path", ["pledges.xml", "pledges.CSV", "pledges.csv/", "pledges.", "nothing.csv"])
def test_unknown_suffix_is_not_found(api: Api, record: Record, path: str) -> None:
    problem(api.get(path), 404)


@pytest.mark.parametrize("suffix", list(TYPES))
def test_invalid_parameter_returns_problem_document_in_every_format(api: Api, record: Record, suffix: str) -> None:
    (error,) = api.errors(f"pledges.{suffix}", yaer=2025)
    assert "year" in error["known"]
    problem(api.get(f"pledges/nope/follow-ups.{suffix}"), 404)
    assert problem(api.client.post(f"/api/v1/pledges.{suffix}"), 405)


@pytest.mark.parametrize("suffix", list(TYPES))
@pytest.mark.parametrize(("name", "value"), [("cursor", "x"), ("count", "exact")])
def test_paging_parameters_are_rejected(api: Api, record: Record, suffix: str, name: str, value: str) -> None:
    (error,) = api.errors(f"pledges.{suffix}", **{name: value})
    assert error["parameter"] == name
    assert "paginated" in error["message"]


def test_json_suffix_keeps_page_links(api: Api, varied_pledges: Record) -> None:
    first = api.get("pledges.json", limit=6).json()
    second = api.client.get(first["next"]).json()
    assert [len(page["results"]) for page in (first, second)] == [6, 4]
    assert ".json?" in second["previous"]


def test_options_response_is_json(api: Api, record: Record) -> None:
    response = api.client.options("/api/v1/pledges.csv")
    assert (response["Allow"], response["Content-Type"]) == ("GET, HEAD, OPTIONS", "application/json")


def test_format_parameter_is_rejected(api: Api, record: Record) -> None:
    assert api.errors(format="csv")[0]["message"] == "Unknown parameter."


@pytest.mark.parametrize("suffix", list(TYPES))
def test_head_reads_no_rows(api: Api, record: Record, monkeypatch: pytest.MonkeyPatch, suffix: str) -> None:
    monkeypatch.setattr(RecordViewSet, "json_rows", lambda *_: 1 / 0)
    response = api.client.head(f"/api/v1/pledges.{suffix}")
    assert (response.status_code, response["Content-Type"], response.getvalue()) == (200, TYPES[suffix], b"")
    assert api.client.head(f"/api/v1/pledges.{suffix}?yaer=1").status_code == 400


def test_too_many_rows_for_xlsx_are_rejected(api: Api, varied_pledges: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pledges.api.fast_lists.formats.XLSXRenderer.max_rows", 9)
    details = problem(api.get("pledges.xlsx"), 400)
    assert "10" in details["detail"]
    assert "CSV" in details["detail"]
    assert len(sheet(api.get("pledges.xlsx", limit=9))) == 10
    assert len(sheet(api.get("pledges.xlsx", year=2025))) == 10
    assert len(table(api.get("pledges.csv"))) == 11


def test_openapi_names_the_formats_of_lists(client: Client, db: None) -> None:
    paths = client.get("/api/v1/schema/").json()["paths"]
    kinds = ["application/json", "application/x-ndjson", "application/jsonl", "text/csv", XLSX]
    for path in (*LISTS, "pledges/{ref}/follow-ups"):
        operation = paths[f"/api/v1/{path}/"]["get"]
        assert list(operation["responses"]["200"]["content"]) == kinds
        assert ".jsonl" in operation["description"]
        assert "bom" in [parameter["name"] for parameter in operation["parameters"]]
    assert list(paths["/api/v1/pledges/{ref}/"]["get"]["responses"]["200"]["content"]) == ["application/json"]
    assert not [path for path in paths if "." in path]
