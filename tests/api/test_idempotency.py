"""`Idempotency-Key`: a repeated request is not executed again, and gets the response of the first one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from pledges.models import Evidence, FollowUp, IdempotentRequest
from tests.factories import Record, make_follow_up, make_pledge

from .conftest import TokenClient, problem

NEW = "pledges/yl-2025-001/follow-ups/"
BODY = {"status": "in_progress", "summary": "在建", "evidence": [{"url": "https://news.example/report"}]}


def test_repeated_request_gets_the_stored_response(editor: TokenClient, record: Record) -> None:
    first, second = (editor.post(NEW, BODY, Idempotency_Key="a-1") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    for header in ("Location", "ETag", "Content-Type", "Cache-Control", "Vary"):
        assert first[header] == second[header]
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"
    assert FollowUp.objects.count() == Evidence.objects.count() == 1


def test_stored_response_does_not_change(editor: TokenClient, record: Record) -> None:
    first = editor.post(NEW, BODY, Idempotency_Key="a-1").json()
    editor.submit(first["id"])
    assert editor.post(NEW, BODY, Idempotency_Key="a-1").json() == first


def test_request_with_another_key_or_none_is_executed(editor: TokenClient, record: Record) -> None:
    for headers in ({}, {}, {"Idempotency_Key": "a"}, {"Idempotency_Key": "b"}):
        assert editor.post(NEW, BODY, **headers).status_code == 201
    assert FollowUp.objects.count() == 4


def test_keys_of_two_users_are_independent(editor: TokenClient, chief: TokenClient, record: Record) -> None:
    assert editor.post(NEW, BODY, Idempotency_Key="a").status_code == 201
    assert "Idempotency-Replayed" not in chief.post(NEW, BODY, Idempotency_Key="a")


@pytest.mark.parametrize(("path", "body"), [(NEW, BODY | {"summary": "x"}), ("pledges/yl-2026-001/follow-ups/", BODY)])
def test_key_is_rejected_for_another_request(editor: TokenClient, record: Record, path: str, body: Any) -> None:
    editor.post(NEW, BODY, Idempotency_Key="a")
    assert problem(editor.post(path, body, Idempotency_Key="a"), 422)
    assert FollowUp.objects.count() == 1


def test_failed_request_is_not_stored(editor: TokenClient, record: Record) -> None:
    assert editor.post(NEW, BODY | {"status": "?"}, Idempotency_Key="a").status_code == 400
    assert not IdempotentRequest.objects.exists()
    assert editor.post(NEW, BODY, Idempotency_Key="a").status_code == 201


def test_review_transition_can_be_repeated(editor: TokenClient, chief: TokenClient, record: Record) -> None:
    created = editor.post(NEW, BODY)
    path = f"follow-ups/{created.json()['id']}"
    for _ in range(2):
        response = editor.post(f"{path}/submit/", Idempotency_Key="s", If_Match=created["ETag"])
        assert response.status_code == 200
    for _ in range(2):
        assert chief.post(f"{path}/approve/", Idempotency_Key="t").status_code == 200
    assert chief.post(f"{path}/approve/").status_code == 409


def test_repeated_upload_with_another_boundary_gets_the_stored_response(editor: TokenClient, record: Record) -> None:
    draft = make_follow_up(record.investment, state="draft")

    def upload(content: bytes, boundary: str) -> Any:
        file = SimpleUploadedFile("a.txt", content)
        body = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'.encode()
            + file.read()
            + f"\r\n--{boundary}--\r\n".encode()
        )
        return editor.client.generic(
            "POST",
            f"/api/v1/follow-ups/{draft.pk}/evidence/",
            body,
            content_type=f"multipart/form-data; boundary={boundary}",
            headers={"Idempotency-Key": "u"},
        )

    first, second = upload(b"390", "one"), upload(b"390", "two")
    assert (first.status_code, second.status_code) == (201, 201)
    assert second["Idempotency-Replayed"] == "true"
    assert draft.evidence.count() == 2
    assert upload(b"391", "three").status_code == 422


def test_upload_that_differs_in_a_repeated_field_is_rejected(editor: TokenClient, record: Record) -> None:
    draft = make_follow_up(record.investment, state="draft")

    def upload(first_value: str) -> Any:
        file = SimpleUploadedFile("a.txt", b"390")
        body = {"confirm": [first_value, "rank_in_other_unit"], "file": file}
        path = f"/api/v1/follow-ups/{draft.pk}/evidence/"
        return editor.client.post(path, body, headers={"Idempotency-Key": "u"})

    assert upload("actual_far_from_target").status_code == 201
    assert upload("actual_far_from_previous").status_code == 422


@pytest.mark.parametrize("change", ["title", "file"])
def test_upload_that_differs_in_a_field_is_rejected(editor: TokenClient, record: Record, change: str) -> None:
    draft = make_follow_up(record.investment, state="draft")

    def upload(**values: Any) -> Any:
        body = {"title": "公报", "file": SimpleUploadedFile("a.txt", b"390"), **values}
        path = f"/api/v1/follow-ups/{draft.pk}/evidence/"
        return editor.client.post(path, body, headers={"Idempotency-Key": "u"})

    assert upload().status_code == 201
    assert upload(**{change: SimpleUploadedFile("b.txt", b"390") if change == "file" else "b"}).status_code == 422


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "\t", "x" * 256])
def test_malformed_key_is_rejected(editor: TokenClient, record: Record, key: str) -> None:
    details = problem(editor.post(NEW, BODY, Idempotency_Key=key), 400)
    assert details["detail"] == "`Idempotency-Key` must be 1 to 255 visible ASCII characters."


def test_expired_keys_are_deleted_with_the_next_request(
    editor: TokenClient, chief: TokenClient, record: Record
) -> None:
    for client, key in ((editor, "old"), (editor, "new"), (chief, "old")):
        client.post(NEW, BODY, Idempotency_Key=key)
    IdempotentRequest.objects.filter(key="old").update(created_at=timezone.now() - timedelta(days=8))
    editor.post(NEW, BODY, Idempotency_Key="next")
    remaining = IdempotentRequest.objects.values_list("user__username", "key")
    assert sorted(remaining) == sorted(
        [(chief.user.username, "old"), (editor.user.username, "new"), (editor.user.username, "next")]
    )


def test_user_without_permission_gets_no_stored_response(editor: TokenClient, record: Record) -> None:
    editor.post(NEW, BODY, Idempotency_Key="a")
    editor.user.groups.clear()
    assert editor.post(NEW, BODY, Idempotency_Key="a").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_concurrent_repetitions_are_executed_once() -> None:
    make_pledge("yl-2025-001")
    editor = TokenClient("editor")

    def post(_number: int) -> Any:
        try:
            return editor.post(NEW, BODY, Idempotency_Key="a")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        responses = list(pool.map(post, range(16)))
    assert [response.status_code for response in responses] == [201] * 16
    assert len({response.json()["id"] for response in responses}) == 1
    assert sum("Idempotency-Replayed" in response for response in responses) == 15
    assert FollowUp.objects.count() == Evidence.objects.count() == 1
