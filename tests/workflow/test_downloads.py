"""Downloads of evidence files, for users who may see the follow-up."""

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pledges.models import Evidence, FollowUp
from pledges.models.choices import ReviewState, State
from pledges.workflow.review import approve, submit
from pledges.workflow.uploads import read_upload, store
from tests.factories import make_amendment, make_follow_up, make_user
from tests.files import PDF


@pytest.fixture
def draft(db: None) -> FollowUp:
    return make_follow_up(state=ReviewState.DRAFT, evidence=False)


@pytest.fixture
def evidence(draft: FollowUp) -> Evidence:
    upload = read_upload(ContentFile(PDF, name="2025 年统计公报.pdf"))
    return Evidence.objects.create(follow_up=draft, file=store(upload), file_name=upload.name)


@pytest.fixture
def published(evidence: Evidence) -> Evidence:
    submit([evidence.follow_up_id], by=make_user("editor"))
    approve([evidence.follow_up_id], by=make_user("chief"))
    return evidence


def url(evidence: Evidence, name: str | None = None) -> str:
    return reverse("evidence-file", args=[evidence.pk, name or evidence.file_name])


def test_public_file_is_sent_as_attachment(client: Client, published: Evidence) -> None:
    response = client.get(url(published))

    assert (response.status_code, response.content) == (200, PDF)
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"] == (
        "attachment; filename*=utf-8''2025%20%E5%B9%B4%E7%BB%9F%E8%AE%A1%E5%85%AC%E6%8A%A5.pdf"
    )
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["Cache-Control"] == "public, no-cache"


def test_matching_etag_gets_304(client: Client, published: Evidence) -> None:
    etag = client.get(url(published)).headers["ETag"]

    assert etag == f'"{published.file_id}"'
    assert client.get(url(published), headers={"if-none-match": etag}).status_code == 304


def reads_content(queries: CaptureQueriesContext) -> bool:
    return any('."content"' in query["sql"] for query in queries)


def test_content_is_not_read_unless_sent(client: Client, published: Evidence) -> None:
    with CaptureQueriesContext(connection) as head_queries:
        response = client.head(url(published))
    with CaptureQueriesContext(connection) as not_modified_queries:
        client.get(url(published), headers={"if-none-match": response.headers["ETag"]})
    with CaptureQueriesContext(connection) as get_queries:
        client.get(url(published))

    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["Content-Length"] == str(len(PDF))
    captured = (head_queries, not_modified_queries, get_queries)
    assert [reads_content(queries) for queries in captured] == [False, False, True]


def test_post_is_rejected(client: Client, published: Evidence) -> None:
    assert client.post(url(published)).status_code == 405


def test_anonymous_user_gets_404_for_draft(client: Client, evidence: Evidence) -> None:
    hidden = client.get(url(evidence))
    missing = client.get(url(evidence, "other.pdf"))

    assert hidden.status_code == missing.status_code == 404
    assert hidden.content.replace(evidence.file_name.encode(), b"") == missing.content.replace(b"other.pdf", b"")


def test_staff_user_gets_draft_file_without_caching(admin_client: Client, evidence: Evidence) -> None:
    response = admin_client.get(url(evidence))

    assert (response.status_code, response.content) == (200, PDF)
    assert response.headers["Cache-Control"] == "private, no-store"


def test_user_without_role_gets_404_for_draft(client: Client, evidence: Evidence) -> None:
    client.force_login(make_user("visitor"))

    assert client.get(url(evidence)).status_code == 404


def test_file_of_retracted_pledge_gets_404(client: Client, published: Evidence) -> None:
    make_amendment(published.follow_up.pledge, state=State.RETRACTED)

    assert client.get(url(published)).status_code == 404


@pytest.mark.parametrize("name", ["%00a", "%00", "a%00.pdf", "a%FF", "x" * 2000])
def test_impossible_file_name_gets_404(client: Client, published: Evidence, name: str) -> None:
    assert client.get(f"/evidence/{published.pk}/{name}").status_code == 404


def test_impossible_id_gets_404(client: Client, db: None) -> None:
    assert client.get(f"/evidence/{10**30}/a.pdf").status_code == 404


def test_evidence_without_file_gets_404(client: Client, db: None) -> None:
    link = make_follow_up().evidence.get()

    assert client.get(url(link, "report")).status_code == 404
