"""Constraints and triggers of evidence and stored files."""

import hashlib
from typing import Any

import pytest
from django.db import connection
from django.db.models import ProtectedError

from pledges.models import Evidence, FollowUp, StoredFile
from pledges.models.evidence import MAX_BYTES
from tests.factories import make_follow_up, make_pledge, make_statement, make_user
from tests.violations import assert_violates

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pledge_relations")]

REPORT = "完成投资390亿元".encode()


def make_file(content: bytes = REPORT) -> StoredFile:
    stored = StoredFile(sha256=hashlib.sha256(content).hexdigest(), media_type="text/plain", content=content)
    stored.save(force_insert=True)
    return stored


def store_zeros(size: int) -> None:
    """Store a file that the database generates, which is faster than sending its content."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO pledges_storedfile (sha256, media_type, content)"
            " SELECT encode(sha256(content), 'hex'), 'text/plain', content"
            " FROM (SELECT decode(repeat('00', %s), 'hex') AS content) made",
            [size],
        )


def make_draft(**fields: Any) -> FollowUp:
    return make_follow_up(state="draft", evidence=False, **fields)


def attach(follow_up: FollowUp, file: StoredFile) -> Evidence:
    return Evidence.objects.create(follow_up=follow_up, file=file, file_name="公报.txt")


def version(follow_up: FollowUp) -> int:
    return FollowUp.objects.values_list("version", flat=True).get(pk=follow_up.pk)


@pytest.mark.parametrize("state", ["submitted", "approved"])
def test_evidence_of_submitted_or_approved_follow_up_is_frozen(state: str) -> None:
    follow_up = make_follow_up(state=state)
    evidence = follow_up.evidence.get()
    with assert_violates("evidence_frozen"):
        evidence.delete()
    with assert_violates("evidence_frozen"):
        Evidence.objects.all().delete()
    with assert_violates("evidence_frozen"):
        Evidence.objects.update(title="改了")
    with assert_violates("evidence_frozen"):
        Evidence.objects.create(follow_up=follow_up, url="https://news.example/more")
    with assert_violates("evidence_frozen"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM pledges_evidence")


def test_evidence_moved_to_another_draft_is_rejected() -> None:
    first, second = make_follow_up(state="draft"), make_draft(pledge=make_pledge("yl-2"))
    with assert_violates("evidence_keeps_follow_up"):
        first.evidence.update(follow_up=second)


def test_evidence_moved_to_approved_follow_up_is_rejected() -> None:
    draft, approved = make_follow_up(state="draft"), make_follow_up(make_pledge("yl-2"))
    with assert_violates("evidence_keeps_follow_up"):
        draft.evidence.update(follow_up=approved)


def test_write_that_changes_nothing_makes_no_version() -> None:
    follow_up = make_draft(actual=390)
    Evidence.objects.create(follow_up=follow_up, url="https://news.example/report")
    before = FollowUp.objects.values().get()
    FollowUp.objects.update(status=follow_up.status, actual=390)
    Evidence.objects.update(url="https://news.example/report")
    FollowUp.objects.get().save()
    assert FollowUp.objects.values().get() == before


def test_evidence_change_increments_follow_up_version() -> None:
    follow_up = make_draft()
    versions = [version(follow_up)]
    evidence = Evidence.objects.create(follow_up=follow_up, url="https://news.example/report")
    versions.append(version(follow_up))
    follow_up.evidence.update(title="统计公报")
    versions.append(version(follow_up))
    evidence.delete()
    versions.append(version(follow_up))
    assert versions == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("evidence_is_link_file_or_statement", {"url": ""}),
        ("evidence_link_is_http_url", {"url": "javascript:alert(1)"}),
        ("evidence_link_is_http_url", {"url": "https://news.example/a b"}),
        ("evidence_link_is_http_url", {"url": "https://news.example/1;https://news.example/2"}),
        ("evidence_link_is_http_url", {"url": "https://user:password@news.example/"}),
        ("evidence_file_has_a_plain_name", {"file_name": "公报.txt"}),
    ],
)
def test_malformed_link_is_rejected(rule: str, changes: dict[str, str]) -> None:
    make_follow_up(state="draft")
    with assert_violates(rule):
        Evidence.objects.update(**changes)


def test_evidence_with_link_and_statement_or_file_is_rejected() -> None:
    make_follow_up(state="draft")
    with assert_violates("evidence_is_link_file_or_statement"):
        Evidence.objects.update(statement=make_statement())
    with assert_violates("evidence_is_link_file_or_statement"):
        Evidence.objects.update(file=make_file(), file_name="公报.txt")


@pytest.mark.parametrize("name", ["", "../公报.txt", "/etc/passwd", "a\\b.txt"])
def test_file_name_with_path_is_rejected(name: str) -> None:
    evidence = attach(make_draft(), make_file())
    with assert_violates("evidence_file_has_a_plain_name"):
        Evidence.objects.filter(pk=evidence.pk).update(file_name=name)


def test_statement_used_as_evidence_is_protected() -> None:
    statement = make_statement()
    Evidence.objects.create(follow_up=make_draft(), statement=statement)
    with pytest.raises(ProtectedError):
        statement.delete()


def test_stored_file_key_must_be_its_hash() -> None:
    file = make_file()
    file.refresh_from_db()
    assert (bytes(file.content), file.size) == (REPORT, len(REPORT))
    for sha256 in ("0" * 64, hashlib.sha256(b"other").hexdigest(), file.sha256.upper()):
        with assert_violates("stored_file_key_is_hash"):
            StoredFile.objects.create(sha256=sha256, media_type="text/plain", content=b"another")


@pytest.mark.slow
def test_empty_or_too_large_file_is_rejected() -> None:
    store_zeros(MAX_BYTES)
    for size in (0, MAX_BYTES + 1):
        with assert_violates("stored_file_within_limit"):
            store_zeros(size)


def test_stored_file_update_is_rejected() -> None:
    make_file()
    for changes in ({"media_type": "text/html"}, {"content": b"x"}, {"sha256": "0" * 64}):
        with assert_violates("stored_file_never_changes"):
            StoredFile.objects.update(**changes)


def test_file_is_deleted_with_its_last_evidence() -> None:
    file = make_file()
    first, second = attach(make_draft(), file), attach(make_draft(pledge=make_pledge("yl-2")), file)
    first.delete()
    assert StoredFile.objects.exists()
    second.delete()
    assert not StoredFile.objects.exists()


def test_replaced_file_is_deleted_and_renamed_one_kept() -> None:
    evidence = attach(make_draft(), make_file())
    Evidence.objects.update(file_name="统计公报.txt")
    assert StoredFile.objects.get() == evidence.file
    other = make_file(b"other")
    Evidence.objects.update(file=other)
    assert StoredFile.objects.get() == other


def test_file_is_deleted_with_its_draft() -> None:
    draft = make_draft()
    attach(draft, make_file())
    draft.delete()
    assert not StoredFile.objects.exists()


def test_file_in_use_is_protected() -> None:
    attach(make_draft(author=make_user("someone")), make_file())
    with pytest.raises(ProtectedError):
        StoredFile.objects.all().delete()
