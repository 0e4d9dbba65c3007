"""Each kind of change of the public record is on the page "Changes by day", under the person who made it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pghistory
import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from pledges.models import Metric, Official, Pledge
from pledges.workflow.amendments import approve, propose, reject, row_change
from pledges.workflow.merge_proposals import propose_merge, propose_parting
from tests.factories import Record, make_follow_up, make_official, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@contextmanager
def acting(name: str) -> Iterator[User]:
    user = make_user(name)
    with pghistory.context(user=user.pk, channel="admin"):
        yield user


def entries(client: Client, user: User | None = None) -> list[str]:
    """The entries of today as text, of one user or of all."""
    url = reverse("admin:pledges_pledge_daily_changes")
    response = client.get(url, {} if user is None else {"user": user.pk}, headers={"Accept-Language": "en"})
    return [str(entry) for entry in response.context["entries"]]


def test_amendment_is_listed_when_proposed_and_when_approved(chief: Client, record: Record) -> None:
    make_follow_up(record.investment)
    with acting("proposer") as proposer:
        amendment = propose([row_change(record.investment, {"value": "380"})], reason="报纸更正", by=proposer)
    with acting("approver") as approver:
        approve(amendment, by=approver)
    (proposed,) = entries(chief, proposer)
    assert f"amendment {amendment.pk}: added" in proposed
    assert "reason: – → 报纸更正" in proposed
    assert "pledge yl-2025-001: value: 385 → 380" in proposed
    pledge, approved = sorted(entries(chief, approver), key=lambda entry: "amendment" in entry)
    assert "review: proposed → approved" in approved
    assert "pledge yl-2025-001: value: 385 → 380" in approved
    assert "pledge yl-2025-001: changed" in pledge


def test_rejected_amendment_is_listed_with_the_note(chief: Client, record: Record) -> None:
    make_follow_up(record.investment)
    amendment = propose([row_change(record.investment, {"value": "380"})], reason="更正", by=make_user("proposer"))
    with acting("reviewer") as reviewer:
        reject(amendment, by=reviewer, note="原文如此")
    (entry,) = entries(chief, reviewer)
    assert "原文如此" in entry


def test_merge_and_parting_are_listed_with_the_rows_that_they_change(chief: Client, record: Record) -> None:
    with acting("proposer") as proposer:
        merge = propose_merge(record.investment.statement.official, make_official("乙"), reason="同一人", by=proposer)
    with acting("approver") as approver:
        approve(merge, by=approver)
    assert any("official: 张三丰 → 乙" in entry for entry in entries(chief, proposer))
    assert any("official 张三丰: deleted" in entry for entry in entries(chief, approver))
    statements = [record.investment.statement]
    parting = propose_parting(
        Official.objects.get(slug="乙"), statements, slug="丙", name="丙", reason="两人", by=make_user("proposer")
    )
    with acting("second approver") as second:
        approve(parting, by=second)
    listed = entries(chief, second)
    assert any("official 丙: added" in entry for entry in listed)
    assert any("reason: – → 两人" in entry for entry in listed)


@pytest.mark.parametrize("state", ["retracted", "draft"])
def test_publication_and_withdrawal_are_listed(chief: Client, record: Record, state: str) -> None:
    Pledge.objects.filter(pk=record.schools.pk).update(state="draft")
    with acting("editor") as editor:
        Pledge.objects.filter(pk=record.schools.pk).update(state="published")
        Pledge.objects.filter(pk=record.schools.pk).update(state=state)
    withdrawn, published = entries(chief, editor)
    assert "draft → published" in published
    assert f"published → {state}" in withdrawn


def test_approved_follow_up_and_reference_data_are_listed(chief: Client, record: Record) -> None:
    follow_up = make_follow_up(record.investment, state="submitted")
    with acting("approver") as approver:
        type(follow_up).objects.filter(pk=follow_up.pk).update(state="approved", reviewer=approver)
        Metric.objects.filter(pk=record.schools.metric_id).update(name_en="Schools")
    listed = entries(chief, approver)
    assert any("→ approved" in entry for entry in listed)
    assert any("– → Schools" in entry for entry in listed)


def test_load_and_sql_are_listed_as_changes_without_a_person(chief: Client, record: Record, tmp_path: Path) -> None:
    file = tmp_path / "pledges.jsonl"
    with file.open("w", encoding="utf-8") as output:
        call_command("export_pledges", stdout=output)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pledges_metric SET name_en = 'Schools' WHERE slug = 'schools-built'")
    with acting("editor") as editor:
        Pledge.objects.filter(pk=record.schools.pk).update(note="改过")
    with pghistory.context(channel="command", command="load_pledges"):  # as manage.py
        call_command("load_pledges", str(file), "--force")
    nobody: Any = User(pk=0)
    listed = entries(chief, nobody)
    assert any("(command load_pledges)" in entry and "note: 改过 → " in entry for entry in listed)
    assert any("– → Schools" in entry and "(database)" in entry for entry in listed)
    assert not any(" → 改过" in entry for entry in listed)
    assert any(" → 改过" in entry for entry in entries(chief, editor))
