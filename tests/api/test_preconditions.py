"""Preconditions: `If-Match` prevents a client from overwriting a version that it has not read."""

from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from pledges.models import FollowUp
from tests.factories import Record, make_follow_up

from .conftest import TokenClient, problem, version


@pytest.fixture
def draft(record: Record) -> FollowUp:
    return make_follow_up(record.investment, state="draft", actual=390)


def change_requests(draft: FollowUp) -> list[tuple[str, str]]:
    path = f"follow-ups/{draft.pk}/"
    return [("PATCH", path), ("DELETE", path), ("DELETE", f"{path}evidence/{draft.evidence.get().pk}/")]


@pytest.mark.parametrize("index", [0, 1, 2])
def test_change_without_if_match_gets_428(editor: TokenClient, draft: FollowUp, index: int) -> None:
    method, path = change_requests(draft)[index]
    response = editor.send(method, path, {"summary": "x"})
    assert problem(response, 428)["version"] == version(draft)
    assert response["ETag"] == f'"{version(draft)}"'


@pytest.mark.parametrize("index", [0, 1, 2])
@pytest.mark.parametrize("if_match", ['"1"', '"2", "99"', '""', "2", "x", 'W/"{}"'])
def test_change_of_another_version_gets_412(editor: TokenClient, draft: FollowUp, index: int, if_match: str) -> None:
    now = version(draft)
    assert now == 2
    method, path = change_requests(draft)[index]
    if_match = if_match.replace('"2"', '"3"').format(now)
    response = editor.send(method, path, {"summary": "x"}, If_Match=if_match)
    details = problem(response, 412)
    assert (details["version"], details["state"], response["ETag"]) == (now, "draft", f'"{now}"')
    assert FollowUp.objects.get().summary != "x"
    assert draft.evidence.count() == 1


@pytest.mark.parametrize("if_match", ['"{}"', '"1", "{}"', "*"])
def test_change_of_the_current_version_succeeds(editor: TokenClient, draft: FollowUp, if_match: str) -> None:
    path = f"follow-ups/{draft.pk}/"
    response = editor.send("PATCH", path, {"summary": "x"}, If_Match=if_match.format(version(draft)))
    assert response.status_code == 200
    assert response["ETag"] == f'"{version(draft)}"'


def test_change_of_evidence_changes_the_version(editor: TokenClient, draft: FollowUp) -> None:
    seen = editor.get(f"follow-ups/{draft.pk}/")["ETag"]
    editor.post(f"follow-ups/{draft.pk}/evidence/", {"url": "https://news.example/2"})
    assert problem(editor.send("PATCH", f"follow-ups/{draft.pk}/", {}, If_Match=seen), 412)


@pytest.mark.parametrize(("who", "action", "body"), [("editor", "submit", None), ("chief", "return", {"note": "x"})])
def test_review_transition_accepts_if_match(record: Record, who: str, action: str, body: Any, request: Any) -> None:
    client = request.getfixturevalue(who)
    state = "draft" if action == "submit" else "submitted"
    follow_up = make_follow_up(record.investment, state=state, actual=390)
    path = f"follow-ups/{follow_up.pk}/{action}/"
    assert problem(client.post(path, body, If_Match='"1"'), 412)
    assert client.post(path, body, If_Match=f'"{version(follow_up)}"').status_code == 200


def test_approval_of_an_older_version_is_rejected(editor: TokenClient, chief: TokenClient, record: Record) -> None:
    follow_up = make_follow_up(record.investment, state="submitted", actual=390)
    path = f"follow-ups/{follow_up.pk}/"
    seen = chief.get(path)["ETag"]
    chief.post(f"{path}return/", {"note": "改"})
    editor.change(follow_up, {"actual": 500})
    editor.submit(follow_up.pk)
    assert problem(chief.post(f"{path}approve/", None, If_Match=seen), 412)
    assert FollowUp.objects.get().state == "submitted"


@pytest.mark.django_db(transaction=True)
def test_one_of_two_concurrent_changes_gets_412() -> None:
    draft = make_follow_up(state="draft", actual=390)
    clients = [TokenClient("editor"), TokenClient("chief editor")]
    seen = f'"{version(draft)}"'
    barrier = Barrier(2)
    responses = []

    def change(client: TokenClient) -> None:
        barrier.wait()
        responses.append(
            client.send("PATCH", f"follow-ups/{draft.pk}/", {"summary": client.user.username}, If_Match=seen)
        )
        connection.close()

    threads = [Thread(target=change, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(response.status_code for response in responses) == [200, 412]
    (saved_summary,) = (response.json()["summary"] for response in responses if response.status_code == 200)
    assert FollowUp.objects.get().summary == saved_summary


@pytest.mark.parametrize("headers", [{}, {"If_Match": "*"}])
def test_submission_requires_the_version(editor: TokenClient, draft: FollowUp, headers: dict[str, str]) -> None:
    assert problem(editor.post(f"follow-ups/{draft.pk}/submit/", **headers), 428)["version"] == draft.version
    assert FollowUp.objects.get().state == "draft"


def test_submission_of_a_draft_that_a_colleague_has_changed_is_rejected(
    editor: TokenClient, chief: TokenClient, draft: FollowUp
) -> None:
    seen = editor.get(f"follow-ups/{draft.pk}/")["ETag"]
    chief.change(draft, {"summary": "主编改了"})
    assert problem(editor.post(f"follow-ups/{draft.pk}/submit/", If_Match=seen), 412)
    assert editor.submit(draft.pk).status_code == 200
    assert problem(chief.post(f"follow-ups/{draft.pk}/approve/"), 403)
    assert FollowUp.objects.get().state == "submitted"
