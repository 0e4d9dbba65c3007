"""The proof of a follow-up, and the files in which it lies."""

import hashlib
from typing import Any

import pytest
from django.db import connection
from django.db.models import ProtectedError

from pledges.models import Evidence, FollowUp, StoredFile
from pledges.models.evidence import MAX_BYTES
from tests.factories import make_follow_up, make_pledge, make_statement, make_user
from tests.violations import violates

pytestmark = pytest.mark.django_db

REPORT = "完成投资390亿元".encode()


def make_file(content: bytes = REPORT) -> StoredFile:
    stored = StoredFile(sha256=hashlib.sha256(content).hexdigest(), media_type="text/plain", content=content)
    stored.save(force_insert=True)
    return stored


def store_zeros(size: int) -> None:
    """A file made by the database, which is faster than sending one."""
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
def test_the_evidence_of_what_others_have_seen_stays_as_it_is(state: str) -> None:
    follow_up = make_follow_up(state=state)
    evidence = follow_up.evidence.get()
    with violates("evidence_frozen"):
        evidence.delete()
    with violates("evidence_frozen"):
        Evidence.objects.all().delete()
    with violates("evidence_frozen"):
        Evidence.objects.update(title="改了")
    with violates("evidence_frozen"):
        Evidence.objects.create(follow_up=follow_up, url="https://news.example/more")
    with violates("evidence_frozen"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM pledges_evidence")


def test_evidence_stays_with_its_follow_up() -> None:
    first, second = make_follow_up(state="draft"), make_draft(pledge=make_pledge("yl-2"))
    with violates("evidence_keeps_follow_up"):
        first.evidence.update(follow_up=second)


def test_evidence_is_not_slipped_under_a_frozen_follow_up() -> None:
    draft, approved = make_follow_up(state="draft"), make_follow_up(make_pledge("yl-2"))
    with violates("evidence_keeps_follow_up"):
        draft.evidence.update(follow_up=approved)


def test_every_change_of_the_evidence_is_another_version_of_the_follow_up() -> None:
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
        ("evidence_is_one_thing", {"url": ""}),
        ("evidence_link_is_a_web_address", {"url": "javascript:alert(1)"}),
        ("evidence_link_is_a_web_address", {"url": "https://news.example/a b"}),
        ("evidence_file_has_a_plain_name", {"file_name": "公报.txt"}),
    ],
)
def test_a_link_is_a_link_and_nothing_else(rule: str, changes: dict[str, str]) -> None:
    make_follow_up(state="draft")
    with violates(rule):
        Evidence.objects.update(**changes)


def test_evidence_is_not_two_things_at_once() -> None:
    make_follow_up(state="draft")
    with violates("evidence_is_one_thing"):
        Evidence.objects.update(statement=make_statement())
    with violates("evidence_is_one_thing"):
        Evidence.objects.update(file=make_file(), file_name="公报.txt")


@pytest.mark.parametrize("name", ["", "../公报.txt", "/etc/passwd", "a\\b.txt"])
def test_a_file_has_a_name_without_a_path(name: str) -> None:
    evidence = attach(make_draft(), make_file())
    with violates("evidence_file_has_a_plain_name"):
        Evidence.objects.filter(pk=evidence.pk).update(file_name=name)


def test_a_statement_that_proves_something_is_not_deleted() -> None:
    statement = make_statement()
    Evidence.objects.create(follow_up=make_draft(), statement=statement)
    with pytest.raises(ProtectedError):
        statement.delete()


def test_a_file_lies_under_the_hash_of_its_content() -> None:
    file = make_file()
    file.refresh_from_db()
    assert (bytes(file.content), file.size) == (REPORT, len(REPORT))
    for sha256 in ("0" * 64, hashlib.sha256(b"other").hexdigest(), file.sha256.upper()):
        with violates("stored_file_under_its_hash"):
            StoredFile.objects.create(sha256=sha256, media_type="text/plain", content=b"another")


def test_a_file_is_neither_empty_nor_too_large() -> None:
    store_zeros(MAX_BYTES)
    for size in (0, MAX_BYTES + 1):
        with violates("stored_file_within_limit"):
            store_zeros(size)


def test_a_stored_file_never_changes() -> None:
    make_file()
    for changes in ({"media_type": "text/html"}, {"content": b"x"}, {"sha256": "0" * 64}):
        with violates("stored_file_never_changes"):
            StoredFile.objects.update(**changes)


def test_a_file_goes_with_the_last_evidence_that_uses_it() -> None:
    file = make_file()
    first, second = attach(make_draft(), file), attach(make_draft(pledge=make_pledge("yl-2")), file)
    first.delete()
    assert StoredFile.objects.exists()
    second.delete()
    assert not StoredFile.objects.exists()


def test_a_file_that_is_replaced_goes_and_one_that_is_renamed_stays() -> None:
    evidence = attach(make_draft(), make_file())
    Evidence.objects.update(file_name="统计公报.txt")
    assert StoredFile.objects.get() == evidence.file
    other = make_file(b"other")
    Evidence.objects.update(file=other)
    assert StoredFile.objects.get() == other


def test_a_draft_that_is_deleted_takes_its_file_along() -> None:
    draft = make_draft()
    attach(draft, make_file())
    draft.delete()
    assert not StoredFile.objects.exists()


def test_a_file_in_use_is_not_deleted() -> None:
    attach(make_draft(author=make_user("someone")), make_file())
    with pytest.raises(ProtectedError):
        StoredFile.objects.all().delete()
