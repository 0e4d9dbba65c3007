"""The content of messages, and the filters of subscriptions."""

import time
from datetime import datetime

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone

from pledges.models import Amendment, District, Pledge, WebhookSubscription
from pledges.models.choices import ChangeKind, ReviewState, State, Status
from pledges.webhooks import outbox
from pledges.workflow import review
from pledges.workflow.amendments import approve
from pledges.workflow.merge_proposals import propose_merge
from tests.factories import (
    Record,
    make_delivery,
    make_follow_up,
    make_official,
    make_pledge,
    make_pledges,
    make_subscription,
    make_user,
)

from .deliveries import deliver, events_received, retract
from .receiver import Receiver

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_status_change_is_sent_with_pledge_as_in_api(record: Record, receiver: Receiver, client: Client) -> None:
    make_subscription(url=receiver.url)
    make_follow_up(record.investment, "met", actual=390)
    deliver()
    (message,) = receiver.contents
    assert message["type"] == "pledge.status_changed"
    assert abs(time.time() - datetime.fromisoformat(message["timestamp"]).timestamp()) < 60
    pledge = message["data"].pop("pledge")
    assert message["data"] == {
        "ref": "yl-2025-001",
        "kind": "status_changed",
        "status": "met",
        "previous_status": "unchecked",
        "amendment": None,
        "redirects": [],
    }
    (row,) = client.get("/api/v1/pledges/?district=yunling").json()["results"]
    assert pledge.pop("url") == f"{settings.SITE_URL}/api/v1/pledges/yl-2025-001/"
    assert row.pop("url").endswith("/api/v1/pledges/yl-2025-001/")
    assert pledge == row


def test_every_kind_of_change_is_sent(record: Record, receiver: Receiver) -> None:
    make_subscription(url=receiver.url)
    pledge = make_pledge("yl-9")
    Pledge.objects.filter(pk=pledge.pk).update(label="投资额")
    make_follow_up(pledge, "in_progress", as_of="2025-06-30")
    retract(pledge)
    deliver()
    assert events_received(receiver) == [
        ("created", "yl-9"),
        ("changed", "yl-9"),
        ("status_changed", "yl-9"),
        ("withdrawn", "yl-9"),
    ]


def test_retracted_pledge_is_not_sent_with_earlier_change(record: Record, receiver: Receiver) -> None:
    make_subscription(url=receiver.url)
    make_follow_up(record.investment, "met", actual=390)
    retract(record.investment)
    deliver()
    change, withdrawal = (message["data"] for message in receiver.contents)
    assert change["pledge"] is None
    assert withdrawal == {
        "ref": "yl-2025-001",
        "kind": "withdrawn",
        "status": None,
        "previous_status": "met",
        "amendment": Amendment.objects.get().pk,
        "redirects": [],
        "pledge": None,
    }


def test_change_names_its_amendment_and_the_rows_that_it_merged(record: Record, receiver: Receiver) -> None:
    make_follow_up(record.investment)
    official = record.investment.statement.speaker
    make_subscription(url=receiver.url)
    amendment = propose_merge(official, make_official("乙"), reason="同一人", by=make_user("editor"))
    approve(amendment, by=make_user("chief"))
    deliver()
    # Both pledges show the official. Only one of them is judged, and so amended.
    named = [(message["data"]["ref"], message["data"]["amendment"]) for message in receiver.contents]
    assert named == [("yl-2025-001", amendment.pk), ("yl-2025-002", None)]
    for message in receiver.contents:
        assert message["data"]["redirects"] == [{"kind": "official", "old": official.slug, "new": "乙"}]


def test_changes_of_drafts_are_not_sent(record: Record, receiver: Receiver) -> None:
    make_subscription(url=receiver.url)
    draft = make_pledge("yl-9", state=State.DRAFT)
    Pledge.objects.filter(pk=draft.pk).update(label="投资额")
    draft.delete()
    for state in (ReviewState.DRAFT, ReviewState.SUBMITTED, ReviewState.RETURNED):
        make_follow_up(record.investment, state=state, author=make_user(state))
    deliver()
    assert receiver.received == []


def test_rolled_back_change_is_not_sent(record: Record, receiver: Receiver) -> None:
    make_subscription(url=receiver.url)
    with transaction.atomic():
        retract(record.investment)
        transaction.set_rollback(True)
    deliver()
    assert receiver.received == []


def test_changes_before_subscription_are_not_sent(record: Record, receiver: Receiver) -> None:
    retract(record.schools)
    make_subscription(url=receiver.url)
    retract(record.growth)
    deliver()
    assert events_received(receiver) == [("withdrawn", "yl-2025-002")]


def test_changes_while_inactive_are_sent_after_activation(record: Record, receiver: Receiver) -> None:
    make_subscription(url=receiver.url, is_active=False)
    retract(record.schools)
    deliver()
    assert receiver.received == []
    WebhookSubscription.objects.update(is_active=True)
    deliver()
    assert events_received(receiver) == [("withdrawn", "yl-2026-001")]


def test_changes_beyond_batch_size_are_sent_completely_in_order(
    record: Record, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "BATCH_SIZE", 3)
    monkeypatch.setattr(outbox, "MAX_PENDING", 5)
    make_subscription(url=receiver.url)
    make_pledges([f"yl-9-{number:02}" for number in range(20)])
    retract(record.schools)
    deliver()
    assert events_received(receiver) == [
        *(("created", f"yl-9-{number:02}") for number in range(20)),
        ("withdrawn", "yl-2026-001"),
    ]


def test_test_message_has_no_data(record: Record, receiver: Receiver) -> None:
    make_delivery(make_subscription(url=receiver.url))
    deliver()
    (message,) = receiver.contents
    assert (message["type"], message["data"]) == ("ping", {})


def test_bulk_review_sends_message_for_each_pledge(record: Record, receiver: Receiver) -> None:
    make_subscription(url=receiver.url, kinds=[ChangeKind.STATUS_CHANGED])
    submitted = [
        make_follow_up(pledge, "in_progress", as_of="2025-06-30", state=ReviewState.SUBMITTED).pk
        for pledge in (record.investment, record.growth)
    ]
    review.approve(submitted, by=make_user("chief"))
    deliver()
    assert events_received(receiver) == [("status_changed", "yl-2025-001"), ("status_changed", "yl-2025-002")]


@pytest.mark.parametrize(
    ("slug", "expected"),
    [
        ("yunling", {"yl-2025-001", "yl-2026-001", "yl-2025-002"}),
        ("shanyin", {"yl-2026-001"}),
        ("elsewhere", set()),
    ],
)
def test_district_filter_includes_districts_below(
    record: Record, receiver: Receiver, slug: str, expected: set[str]
) -> None:
    district = District.objects.get_or_create(slug=slug, defaults={"name": slug, "kind": "prefecture_level_city"})[0]
    make_subscription(url=receiver.url, district=district)
    for pledge in (record.investment, record.schools, record.growth):
        retract(pledge)
    deliver()
    assert {ref for _kind, ref in events_received(receiver)} == expected


def test_pledge_leaving_district_is_sent_once(record: Record, receiver: Receiver) -> None:
    make_subscription(url=receiver.url, district=record.county)
    Pledge.objects.filter(pk=record.schools.pk).update(district=record.zone)
    deliver()
    Pledge.objects.filter(pk=record.schools.pk).update(note="elsewhere")
    deliver()
    assert events_received(receiver) == [("changed", record.schools.ref)]
    assert receiver.contents[0]["data"]["pledge"]["district"]["slug"] == record.zone.slug


def test_status_filter_matches_old_and_new_status(record: Record, receiver: Receiver) -> None:
    make_subscription(url=receiver.url, statuses=[Status.IN_PROGRESS])
    retract(record.schools)
    make_follow_up(record.investment, "in_progress", as_of="2025-06-30")
    make_follow_up(record.investment, "met", actual=390)
    make_follow_up(record.growth, "met", actual=26)
    deliver()
    statuses = [(message["data"]["previous_status"], message["data"]["status"]) for message in receiver.contents]
    assert statuses == [("unchecked", "in_progress"), ("in_progress", "met")]


def test_kind_filter_matches_kinds(record: Record, receiver: Receiver) -> None:
    make_subscription(url=receiver.url, kinds=[ChangeKind.CREATED, ChangeKind.WITHDRAWN])
    make_follow_up(record.investment, "met", actual=390)
    make_pledge("yl-9")
    retract(record.investment)
    deliver()
    assert events_received(receiver) == [("created", "yl-9"), ("withdrawn", "yl-2025-001")]


def test_filters_are_combined_by_and(record: Record, receiver: Receiver) -> None:
    make_subscription(
        url=receiver.url, district=record.county, statuses=[Status.MET], kinds=[ChangeKind.STATUS_CHANGED]
    )
    make_follow_up(record.investment, "met", actual=390)
    make_follow_up(record.schools, "in_progress", as_of="2025-06-30")
    make_follow_up(record.schools, "met", as_of="2026-05-31" if timezone.localdate().year > 2026 else "2026-05-01")
    deliver()
    assert events_received(receiver) == [("status_changed", "yl-2026-001")]
