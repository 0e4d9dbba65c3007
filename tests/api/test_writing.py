"""Writing drafts and evidence, and reviewing them, through the API; the rules of the editorial workflow apply."""

import json
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from pledges.models import Evidence, FollowUp, Pledge
from tests.factories import Record, make_follow_up, make_relative_pledge, make_unit, merge_rows
from tests.violations import assert_violates

from .conftest import LINK, MET, NEW, Api, TokenClient, field_errors, problem, version


def test_approved_draft_sets_the_status_of_its_pledge(
    editor: TokenClient, chief: TokenClient, api: Api, record: Record
) -> None:
    created = editor.post(NEW, MET)
    assert created.status_code == 201
    follow_up = created.json()
    assert created["Location"] == follow_up["url"]
    assert created["ETag"] == f'"{follow_up["review"]["version"]}"'
    assert (follow_up["review"]["state"], follow_up["review"]["author"]) == ("draft", editor.user.username)
    assert follow_up["unit"] == "亿元"
    assert [item["publisher"] for item in follow_up["evidence"]] == ["统计局"]
    path = f"follow-ups/{follow_up['id']}/"

    assert follow_up["review"]["submitter"] is None
    submitted = editor.submit(follow_up["id"]).json()["review"]
    assert (submitted["state"], submitted["submitter"]) == ("submitted", editor.user.username)
    returned = chief.post(f"{path}return/", {"note": "请注明口径"})
    assert (returned.json()["review"]["state"], returned.json()["review"]["note"]) == ("returned", "请注明口径")
    changed = editor.send("PATCH", path, {"summary": "固定资产投资"}, If_Match=returned["ETag"])
    assert (changed.status_code, changed.json()["summary"], changed.json()["actual"]) == (200, "固定资产投资", "390")
    assert editor.submit(follow_up["id"]).status_code == 200
    assert api.get("pledges/yl-2025-001/").json()["status"] == "unchecked"

    approved = chief.post(f"{path}approve/").json()
    assert (approved["review"]["state"], approved["review"]["reviewer"]) == ("approved", chief.user.username)
    pledge = api.get("pledges/yl-2025-001/").json()
    assert (pledge["status"], pledge["fulfilment"]) == ("met", "1.0129")


def test_history_records_user_and_channel(editor: TokenClient, record: Record) -> None:
    follow_up = FollowUp.objects.get(pk=editor.post(NEW, MET).json()["id"])
    event = follow_up.events.order_by("pgh_id")[0]  # type: ignore[attr-defined]  # pghistory adds it
    assert event.pgh_context["channel"] == "api"
    assert event.pgh_context["user"] == editor.user.pk


@pytest.mark.parametrize("number", ["390", 390, 390.0, "390.00", "390.000000", "３９０"])
def test_number_is_accepted_as_number_or_text(editor: TokenClient, record: Record, number: Any) -> None:
    assert editor.post(NEW, MET | {"actual": number}).json()["actual"] == "390"


def test_own_rate_of_relative_target_becomes_the_distance_from_the_other_figure(
    editor: TokenClient, record: Record
) -> None:
    pledge = make_relative_pledge("yl-2025-009", to=record.growth)
    own = MET | {"actual": "4.8", "unit": "%", "as_of": "2025-12-31", "status": "missed"}
    path = f"pledges/{pledge.ref}/follow-ups/"
    assert "has no approved figure" in field_errors(editor.post(path, own))["unit"]

    make_follow_up(record.growth, actual="5", unit=record.growth.unit, as_of="2025-12-31")
    created = editor.post(path, own).json()
    assert (created["actual"], created["unit"]) == ("-0.2", "个百分点")
    assert "5% (yl-2025-002)" in created["summary"]
    assert created["review"]["suggested"] == "missed"


def test_number_stays_exact(editor: TokenClient, record: Record) -> None:
    confirmed = {"actual": 0, "confirm": ["actual_far_from_target"], "reason": "仅为测试"}
    body = json.dumps(MET | confirmed).replace('"actual": 0', '"actual": 123456789012345678.000001')
    assert editor.post(NEW, body).json()["actual"] == "123456789012345678.000001"


@pytest.mark.parametrize(
    "number",
    [
        *("NaN", "1e3", "38,5", "", "1_000", " ", "约385", True, [], {}, "9" * 19, "0.0000001"),
        *("5①", "385²", "40₅", "٣٨٥"),
    ],
)
def test_malformed_number_is_rejected(editor: TokenClient, record: Record, number: Any) -> None:
    assert "number such as 385" in field_errors(editor.post(NEW, MET | {"actual": number}))["actual"]


@pytest.mark.parametrize("day", ["04/03/2026", "2025-12-3①", "２０２５-12-31", "2025-12-31T00:00", 20251231])
def test_malformed_day_is_rejected(editor: TokenClient, record: Record, day: Any) -> None:
    body = MET | {"as_of": day, "evidence": [LINK | {"published_on": day}]}
    assert set(field_errors(editor.post(NEW, body))) == {"as_of", "evidence[0].published_on"}


@pytest.mark.parametrize("text", ["1e400", "1e999999999", "-1E+30"])
def test_number_with_exponent_is_rejected(editor: TokenClient, record: Record, text: str) -> None:
    body = json.dumps(MET | {"actual": 0}).replace('"actual": 0', f'"actual": {text}')
    assert "actual" in field_errors(editor.post(NEW, body))


@pytest.mark.parametrize(
    "body",
    [
        *('{"status": NaN}', '{"actual": Infinity}', '{"actual": -Infinity}', "{", "[" * 100_000),
        *('{"a": ' + "9" * 5000 + "}", "\x00", '{"status": "met"', '{"status": "met"} {}', '{"status": "met",}', " "),
        *("{'status': 'met'}", "status=met", '\ufeff\ufeff{"status": "met"}'),
    ],
)
def test_malformed_json_returns_problem_document(editor: TokenClient, record: Record, body: str) -> None:
    assert problem(editor.post(NEW, body), 400)["detail"].startswith("Not valid JSON")


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ('{"status": "met", "status": "missed"}', "status"),
        ('{"status": "met", "evidence": [{}, {"url": "a", "title": "b", "url": "a"}]}', "url"),
        ('{"status": "met", "\\u0073tatus": "met"}', "status"),
        ('{"nothing": 1, "nothing": 2}', "nothing"),
        ('{"\\ud800": 1, "\\ud800": 2}', "?"),
        ('{"a": {"b": [{"c": 1, "c": 1}]}}', "c"),
    ],
)
def test_duplicate_key_is_named(editor: TokenClient, draft: FollowUp, body: str, key: str) -> None:
    message = f"The key “{key}” occurs more than once."
    assert problem(editor.post(NEW, body), 400)["detail"] == message
    path = f"follow-ups/{draft.pk}/"
    assert problem(editor.send("PATCH", path, body, If_Match="*"), 400)["detail"] == message
    assert problem(editor.post(f"{path}evidence/", body), 400)["detail"] == message
    assert problem(editor.post(f"{path}submit/", body), 400)["detail"] == message
    assert version(draft) == draft.version


@pytest.mark.parametrize("body", ["[]", "null", "5", '"met"', "true", "false", "0", '""', "[{}]"])
def test_body_that_is_no_object_is_rejected(editor: TokenClient, draft: FollowUp, body: str) -> None:
    path = f"follow-ups/{draft.pk}/"
    requests = [("POST", NEW), ("PATCH", path), ("POST", f"{path}evidence/"), ("POST", f"{path}submit/")]
    for method, url in requests:
        assert problem(editor.send(method, url, body, If_Match=f'"{draft.version}"'), 400)["errors"][0]["field"] == ""
    assert version(draft) == draft.version


@pytest.mark.parametrize(
    ("encoding", "content_type", "status"),
    [
        ("utf-8", "application/json", 201),
        ("utf-8-sig", "application/json", 201),
        ("utf-8", "application/json; charset=UTF-8", 201),
        ("utf-16", "application/json", 400),
        ("utf-16-le", "application/json", 400),
        ("utf-32", "application/json", 400),
        ("gb18030", "application/json", 400),
        ("gb18030", "application/json; charset=gb18030", 400),
        ("utf-16", "application/json; charset=utf-16", 400),
        ("utf-8", "application/json; charset=latin-1", 400),
        ("utf-8", "text/json", 415),
        ("utf-8", "text/plain", 415),
        ("utf-8", "application/x-www-form-urlencoded", 415),
        ("utf-8", "multipart/form-data; boundary=x", 415),
        ("utf-8", "application/merge-patch+json", 415),
        ("utf-8", "", 415),
    ],
)
def test_only_json_in_utf_8_is_read(
    editor: TokenClient, record: Record, encoding: str, content_type: str, status: int
) -> None:
    body = json.dumps({"status": "in_progress", "summary": "已开工"}, ensure_ascii=False).encode(encoding)
    response = editor.client.generic("POST", f"/api/v1/{NEW}", body, content_type=content_type)
    assert response.status_code == status
    if status == 400:
        assert "UTF-8" in response.json()["detail"]


@pytest.mark.parametrize("field", ["title", "quote", "reason", "file"])
def test_repeated_field_of_an_upload_is_rejected(editor: TokenClient, draft: FollowUp, field: str) -> None:
    fields: dict[str, Any] = {"file": SimpleUploadedFile("a.txt", b"390"), "title": "公报"}
    other = SimpleUploadedFile("b.txt", b"391") if field == "file" else "x"
    path = f"/api/v1/follow-ups/{draft.pk}/evidence/"
    response = editor.client.post(path, fields | {field: [fields.get(field, "y"), other]})
    assert field_errors(response) == {field: "Send this field once only."}


def test_all_field_errors_are_reported_at_once(editor: TokenClient, record: Record) -> None:
    response = editor.post(
        "pledges/yl-2026-001/follow-ups/",
        {
            "status": "missed",
            "actual": "38,5",
            "unit": "公里",
            "as_of": "2999-01-01",
            "summary": 7,
            "author": "chief",
            "evidence": [LINK, {"url": "ftp://x", "published_on": "today", "state": 1}, {}, 5],
        },
    )
    details = field_errors(response)
    assert set(details) == {
        "actual",
        "unit",
        "as_of",
        "summary",
        "author",
        "evidence[1].url",
        "evidence[1].published_on",
        "evidence[1].state",
        "evidence[2]",
        "evidence[3]",
    }
    assert details["as_of"] == "This day is in the future."
    assert details["author"] == "Unknown field."
    known = {error["field"]: error.get("known") for error in response.json()["errors"]}
    assert known["author"] == sorted(
        ["confirm", "reason", "status", "actual", "actual_bound", "unit", "as_of", "summary", "supersedes", "evidence"]
    )
    assert known["actual"] is None
    assert details["evidence[2]"] == "Give exactly one: a link, a file or a statement."
    values = {error["field"]: error.get("value") for error in response.json()["errors"]}
    assert (values["actual"], values["summary"], values["evidence[1].url"]) == ("38,5", "7", "ftp://x")
    assert not FollowUp.objects.exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "status"),
        ({"status": "unchecked"}, "status"),
        ({"status": ["met"]}, "status"),
        ({"status": "met", "as_of": 20251231}, "as_of"),
        ({"status": "met", "as_of": "2025-W01-1"}, "as_of"),
        ({"status": "met", "as_of": "2025-02-30"}, "as_of"),
        ({"status": "met", "unit": 5}, "unit"),
        ({"status": "met", "actual": 2, "unit": "所"}, "unit"),
        ({"status": "met", "unit": "\x00"}, "unit"),
        ({"status": "met", "summary": "\x00"}, "summary"),
        ({"status": "met", "evidence": {}}, "evidence"),
        ({"status": "met", "evidence": [{"statement": "1"}]}, "evidence[0].statement"),
        ({"status": "met", "evidence": [{"statement": 10**30}]}, "evidence[0].statement"),
        ({"status": "met", "evidence": [LINK | {"statement": True}]}, "evidence[0].statement"),
        ({"status": "met", "evidence": [LINK] * 51}, "evidence"),
        ({"status": "met", "\ud800": "\ud800"}, "?"),
        ([], ""),
        (5, ""),
        ("met", ""),
    ],
)
def test_invalid_field_is_named(editor: TokenClient, record: Record, body: Any, field: str) -> None:
    assert list(field_errors(editor.post(NEW, json.dumps(body)))) == [field]


def test_verdict_without_evidence_can_be_drafted_but_not_submitted(editor: TokenClient, record: Record) -> None:
    created = editor.post(NEW, {"status": "met", "actual": 100}).json()
    details = field_errors(editor.submit(created["id"]))
    assert details["status"] == "Add at least one piece of evidence: a verdict needs it."
    assert {"as_of", "reason"} <= set(details)
    assert FollowUp.objects.get().state == "draft"


@pytest.mark.parametrize(("language", "message"), [("en", "This day is in the future."), ("zh-CN", "该日期尚未到来。")])
def test_errors_are_in_the_language_of_the_client(
    editor: TokenClient, record: Record, language: str, message: str
) -> None:
    details = field_errors(editor.post(NEW, MET | {"as_of": "2999-01-01"}, Accept_Language=language))
    assert details == {"as_of": message}


def test_uploaded_file_becomes_evidence(editor: TokenClient, draft: FollowUp) -> None:
    file = SimpleUploadedFile("公报.txt", "完成投资390亿元".encode())
    response = editor.client.post(f"/api/v1/follow-ups/{draft.pk}/evidence/", {"file": file, "title": "公报"})
    assert response.status_code == 201
    evidence = response.json()["evidence"][-1]
    assert (evidence["file"]["name"], evidence["title"]) == ("公报.txt", "公报")
    assert editor.client.get(evidence["file"]["url"]).content.decode() == "完成投资390亿元"
    assert response["ETag"] == f'"{version(draft)}"'
    assert editor.client.get(response["Location"]).json() == evidence
    path = response["Location"].partition("/api/v1/")[2]
    assert problem(editor.get(path.replace(f"/{evidence['id']}/", "/1/")), 404)
    assert problem(Client().get(response["Location"]), 404)  # a draft is not public


def test_html_file_with_the_name_of_a_pdf_is_rejected(editor: TokenClient, draft: FollowUp) -> None:
    file = SimpleUploadedFile("report.pdf", b"<html><script>alert(1)</script></html>")
    response = editor.client.post(f"/api/v1/follow-ups/{draft.pk}/evidence/", {"file": file, "page": "1"})
    assert set(field_errors(response)) == {"file", "page"}
    assert draft.evidence.count() == 1


def test_upload_without_file_is_rejected(editor: TokenClient, draft: FollowUp) -> None:
    response = editor.client.post(f"/api/v1/follow-ups/{draft.pk}/evidence/", {"title": "公报"})
    assert set(field_errors(response)) == {"file"}


def test_oversized_upload_is_rejected_before_reading(editor: TokenClient, draft: FollowUp) -> None:
    assert problem(editor.post(NEW, {"summary": "x" * 3_000_000}), 413)
    response = editor.client.post(
        f"/api/v1/follow-ups/{draft.pk}/evidence/", {"title": "x"}, headers={"Content-Length": str(50 * 1024 * 1024)}
    )
    assert problem(response, 413)


def test_link_and_statement_are_added_and_removed(editor: TokenClient, draft: FollowUp, record: Record) -> None:
    path = f"follow-ups/{draft.pk}/evidence/"
    assert editor.post(path, LINK).status_code == 201
    added = editor.post(path, {"statement": record.schools.statement_id, "quote": "已建成"})
    assert [item["statement"] for item in added.json()["evidence"]] == [None, None, record.schools.statement_id]
    last = added.json()["evidence"][-1]["id"]
    remaining = editor.send("DELETE", f"{path}{last}/", If_Match=added["ETag"])
    assert (remaining.status_code, len(remaining.json()["evidence"])) == (200, 2)
    assert editor.send("DELETE", f"{path}{last}/", If_Match=remaining["ETag"]).status_code == 404
    assert field_errors(editor.post(path, LINK | {"statement": record.schools.statement_id})).keys() == {""}


def test_evidence_of_another_follow_up_is_not_removed(editor: TokenClient, draft: FollowUp, record: Record) -> None:
    other = make_follow_up(record.growth, "in_progress", state="draft").evidence.get()
    path = f"follow-ups/{draft.pk}/evidence/{other.pk}/"
    assert editor.send("DELETE", path, If_Match=f'"{version(draft)}"').status_code == 404
    assert Evidence.objects.filter(pk=other.pk).exists()


def test_change_replaces_links_and_keeps_files(editor: TokenClient, draft: FollowUp) -> None:
    file = SimpleUploadedFile("a.txt", b"390")
    editor.client.post(f"/api/v1/follow-ups/{draft.pk}/evidence/", {"file": file})
    new = editor.change(draft, {"evidence": [{"url": "https://other.example/"}]}).json()["evidence"]
    assert [(bool(item["file"]), item["url"]) for item in new] == [(True, None), (False, "https://other.example/")]
    assert field_errors(editor.change(draft, {"evidence": [{"url": "https://a.example/"}, {}]})).keys() == {
        "evidence[1]"
    }
    assert draft.evidence.count() == 2


def test_change_affects_only_the_fields_sent(editor: TokenClient, draft: FollowUp) -> None:
    changed = editor.change(draft, {"status": "in_progress", "as_of": None}).json()
    assert (changed["status"], changed["as_of"], changed["actual"], len(changed["evidence"])) == (
        "in_progress",
        None,
        "390",
        1,
    )
    assert (editor.change(draft, {"actual": None}).json()["unit"]) is None
    assert field_errors(editor.change(draft, {"status": None, "state": "approved"})).keys() == {"status", "state"}


def test_values_of_a_response_are_accepted_in_a_patch(editor: TokenClient, draft: FollowUp) -> None:
    read = editor.get(f"follow-ups/{draft.pk}/")
    body = {name: read.json()[name] for name in ("status", "actual", "unit", "as_of", "summary", "reason")}
    assert body["reason"] is None
    assert editor.send("PATCH", f"follow-ups/{draft.pk}/", body, If_Match=read["ETag"]).status_code == 200


def test_change_without_a_body_is_rejected(editor: TokenClient, draft: FollowUp) -> None:
    response = editor.change(draft, None)
    assert problem(response, 400)["detail"] == "Send a JSON object with the fields to change."
    assert version(draft) == draft.version


def test_change_that_changes_nothing_makes_no_version(editor: TokenClient, draft: FollowUp) -> None:
    Evidence.objects.create(follow_up=draft, **(LINK | {"quote": "达到390亿元"}))
    read = editor.get(f"follow-ups/{draft.pk}/")
    follow_up = read.json()
    texts = {name: follow_up[name] for name in ("status", "actual", "unit", "as_of", "summary", "reason")}
    names = ("url", "statement", "title", "publisher", "published_on", "quote")
    evidence = [{name: each[name] for name in names} for each in follow_up["evidence"]]
    assert len(evidence) == 2
    events = draft.events.count()  # type: ignore[attr-defined]  # pghistory adds it
    updated_at = FollowUp.objects.get().updated_at
    bodies: list[dict[str, Any]] = [{}, texts, {"evidence": evidence}, texts | {"evidence": evidence, "confirm": []}]
    bodies.append({"actual": "390.0", "summary": f" {texts['summary'] or ''}"})
    for body in bodies:
        response = editor.change(draft, body)
        assert (response.status_code, response["ETag"], response.json()) == (200, read["ETag"], follow_up), body
    assert FollowUp.objects.get().updated_at == updated_at
    assert draft.events.count() == events  # type: ignore[attr-defined]
    assert [each.events.count() for each in draft.evidence.all()] == [1, 1]  # type: ignore[attr-defined]
    assert editor.change(draft, {"evidence": evidence[::-1]})["ETag"] != read["ETag"]


def test_unit_without_actual_is_rejected(editor: TokenClient, record: Record) -> None:
    details = field_errors(editor.post(NEW, {"status": "in_progress", "unit": "亿元"}))
    assert details == {"unit": "Enter both the actual figure and its unit."}


def test_bound_of_figure_is_written_with_the_figure_only(editor: TokenClient, record: Record) -> None:
    body = {"status": "unverifiable", "as_of": "2025-12-31", "actual_bound": "at_least"}
    details = field_errors(editor.post(NEW, body))
    assert details == {"actual_bound": "Enter the actual figure that the qualifier belongs to."}
    written = editor.post(NEW, body | {"actual": "380"}).json()
    assert (written["actual_bound"], written["review"]["suggested"]) == ("at_least", "unverifiable")
    with translation.override("en"):
        assert FollowUp.objects.get().actual_in_words.startswith("at least 38 billion yuan")
    with assert_violates("follow_up_bound_has_actual"):
        FollowUp.objects.update(actual=None, unit=None)


def test_merged_unit_means_the_one_that_is_kept(editor: TokenClient, record: Record) -> None:
    merge_rows(make_unit("亿"), record.investment.unit)
    response = editor.post(NEW, {"status": "in_progress", "actual": "100", "unit": "亿"})
    assert (response.status_code, response.json()["unit"]) == (201, "亿元")


def test_rows_that_do_not_exist_are_named(editor: TokenClient, record: Record) -> None:
    body = {"status": "in_progress", "actual": "1", "unit": "斗", "supersedes": 99_999}
    details = field_errors(editor.post(NEW, body))
    assert details["unit"] == "There is no unit “斗”. The known ones are in units/."
    wrong = [error for error in problem(editor.post(NEW, body | {"status": "mett"}), 400)["errors"] if "known" in error]
    assert {error["field"]: error["message"] for error in wrong}["status"] == "Unknown value."
    assert all({"status": "partly_met", "unit": "亿元"}[error["field"]] in error["known"] for error in wrong)
    assert details["supersedes"].startswith("The follow-up 99999 is not in force")


def test_body_of_unknown_length_is_rejected(editor: TokenClient, draft: FollowUp) -> None:
    response = editor.send(
        "PATCH", f"follow-ups/{draft.pk}/", {"summary": "变了"}, Transfer_Encoding="chunked", If_Match="*"
    )
    assert problem(response, 411)["title"] == "Length Required"


def test_draft_is_deleted(editor: TokenClient, draft: FollowUp) -> None:
    deleted = editor.send("DELETE", f"follow-ups/{draft.pk}/", If_Match=f'"{version(draft)}"')
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert not FollowUp.objects.exists()


@pytest.mark.parametrize("state", ["submitted", "approved"])
@pytest.mark.parametrize("method", ["PATCH", "DELETE", "POST", "DELETE evidence"])
def test_submitted_or_approved_follow_up_cannot_be_changed(
    editor: TokenClient, record: Record, state: str, method: str
) -> None:
    follow_up = make_follow_up(record.investment, state=state, actual=390)
    path = f"follow-ups/{follow_up.pk}/"
    path += {"POST": "evidence/", "DELETE evidence": f"evidence/{follow_up.evidence.get().pk}/"}.get(method, "")
    response = editor.send(method.split()[0], path, LINK, If_Match=f'"{follow_up.version}"')
    details = problem(response, 409)
    assert (details["state"], details["version"]) == (state, follow_up.version)
    assert "review" in details["detail"] or "approved" in details["detail"]
    assert follow_up.evidence.count() == 1


def test_transition_after_approval_gets_409_with_the_current_state(chief: TokenClient, submitted: FollowUp) -> None:
    path = f"follow-ups/{submitted.pk}/"
    assert chief.post(f"{path}approve/").status_code == 200
    for second_transition in (chief.post(f"{path}return/", {"note": "不对"}), chief.post(f"{path}approve/")):
        details = problem(second_transition, 409)
        assert f"Already “approved” ({chief.user.username}, " in details["detail"]
        assert (details["state"], second_transition["ETag"]) == ("approved", f'"{details["version"]}"')
        assert (details["by"], datetime.fromisoformat(details["at"])) == (
            chief.user.username,
            FollowUp.objects.get(pk=submitted.pk).reviewed_at,
        )


def test_author_cannot_approve(chief: TokenClient, record: Record) -> None:
    own = make_follow_up(record.investment, state="submitted", actual=390, author=chief.user)
    details = problem(chief.post(f"follow-ups/{own.pk}/approve/"), 403)
    assert details["detail"] == "You can't approve a follow-up that you submitted or took part in writing."
    assert (details["state"], details["by"]) == ("submitted", chief.user.username)
    assert Pledge.objects.get(pk=record.investment.pk).status == "unchecked"


def test_returning_requires_a_note(chief: TokenClient, submitted: FollowUp) -> None:
    for body in (None, {}, {"note": ""}, {"note": " "}, {"note": 5}, {"reason": "x", "note": None}):
        assert "note" in field_errors(chief.post(f"follow-ups/{submitted.pk}/return/", body))


def test_unexpected_input_of_transition_is_rejected(editor: TokenClient, chief: TokenClient, draft: FollowUp) -> None:
    assert field_errors(chief.post(f"follow-ups/{draft.pk}/approve/", {"note": "x"})) == {
        "note": "This request takes no body."
    }
    assert field_errors(editor.post(f"follow-ups/{draft.pk}/submit/", {"note": "x"})) == {"note": "Unknown field."}
    details = problem(editor.post(f"follow-ups/{draft.pk}/submit/?force=1"), 400)
    assert details["errors"][0]["parameter"] == "force"


def test_violated_database_constraint_gets_409(
    editor: TokenClient, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FollowUp, "clean", lambda _self: None)
    details = problem(editor.post(NEW, {"status": "in_progress", "as_of": "2999-01-01"}), 409)
    assert details["detail"] == "This day is in the future."


def test_texts_of_request_are_cleaned(editor: TokenClient, record: Record) -> None:
    evidence = LINK | {"title": "统计\n公报", "publisher": "云岭•日报\u200b", "quote": "we\r\nplant ⽊"}
    draft = editor.post(NEW, MET | {"summary": " 一\r\n二\u200b", "evidence": [evidence]}).json()

    assert draft["summary"] == "一\n二"
    assert {name: draft["evidence"][0][name] for name in ("title", "publisher", "quote")} == {
        "title": "统计公报",
        "publisher": "云岭·日报",
        "quote": "we plant 木",
    }


def test_text_with_control_character_is_rejected(editor: TokenClient, record: Record) -> None:
    errors = field_errors(editor.post(NEW, MET | {"summary": "a\u0007b"}))

    assert "U+0007" in errors["summary"]


def test_query_parameters_are_cleaned(api: Api, record: Record) -> None:
    assert (
        api.get("pledges/", official="张\u200b三丰 ").json()["count"]
        == api.get("pledges/", official="张三丰").json()["count"]
    )
