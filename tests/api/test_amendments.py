"""Amendments are public: in their own list, with the pledge, in the change log and in the feeds."""

import pytest

from pledges.models import Pledge
from pledges.workflow.amendments import propose, row_change
from tests.factories import Record, make_amendment, make_follow_up

from .conftest import Api

pytestmark = pytest.mark.django_db


@pytest.fixture
def judged(record: Record) -> Pledge:
    make_follow_up(record.investment, "partly_met", actual=360)
    return record.investment


def test_amendment_shows_day_reason_before_and_after(api: Api, judged: Pledge) -> None:
    amendment = make_amendment(
        judged, reason="报纸印的是1280", value="1280", metric_id=Pledge.objects.get(ref="yl-2026-001").metric_id
    )
    (row,) = api.get("amendments/").json()["results"]
    assert row == {
        "id": amendment.pk,
        "url": f"http://testserver/api/v1/amendments/{amendment.pk}/",
        "at": row["at"],
        "reason": "报纸印的是1280",
        "merges": [],
        "pledges": [
            {
                "pledge": "yl-2025-001",
                "before": {
                    "value": "385",
                    "metric": "annual-investment",
                    "metric.name": "年度投资额",
                    "metric.name_en": "Annual investment",
                    "metric.topic": "economy",
                    "metric.dimension": "money",
                },
                "after": {
                    "value": "1280",
                    "metric": "schools-built",
                    "metric.name": "新建学校数",
                    "metric.name_en": "",
                    "metric.topic": "education",
                    "metric.dimension": "schools",
                },
            }
        ],
    }
    assert api.get(f"amendments/{amendment.pk}/").json() == row
    assert api.get("amendments/", pledge="yl-2025-001").json()["results"] == [row]
    assert api.get("pledges/yl-2025-001/").json()["amendments"] == [row]


def test_amended_pledge_is_marked_and_its_verdict_keeps_its_target(api: Api, judged: Pledge) -> None:
    before = api.get("pledges/yl-2025-001/").json()
    make_amendment(judged, value="1280")
    pledge = api.get("pledges/yl-2025-001/").json()
    assert (pledge["value"], pledge["status"], pledge["on_earlier_target"]) == ("1280", "partly_met", True)
    assert not before["on_earlier_target"]
    assert pledge["fulfilment"] == before["fulfilment"] == "0.935"
    assert pledge["follow_up"]["ratio"] == "0.935"
    assert pledge["claim_review"]["claimReviewed"] == before["claim_review"]["claimReviewed"]
    [series] = api.get("series/", metric=judged.metric.slug).json()["series"]
    [target] = [point["target"] for point in series["points"] if point["target"]["ref"] == judged.ref]
    assert (target["value"], target["on_earlier_target"]) == ("1280", True)


def test_proposed_and_rejected_amendments_are_not_public(api: Api, judged: Pledge) -> None:
    amendment = propose([row_change(judged, {"value": 1280})], reason="印错", by=None)
    assert api.get("amendments/").json()["results"] == []
    assert api.get(f"amendments/{amendment.pk}/").status_code == 404
    assert api.get("pledges/yl-2025-001/").json()["amendments"] == []


def test_retraction_shows_only_the_publication(api: Api, judged: Pledge) -> None:
    make_amendment(judged, value="1280", quote="另一句")
    assert len(api.get("amendments/").json()["results"]) == 1
    make_amendment(judged, reason="应法院要求", state="retracted")
    (row,) = api.get("amendments/").json()["results"]
    assert row["pledges"] == [
        {"pledge": "yl-2025-001", "before": {"state": "published"}, "after": {"state": "retracted"}}
    ]


@pytest.mark.parametrize("path", ["status/", "districts/yunling/", "officials/张三丰/"])
def test_feed_has_amendment(api: Api, judged: Pledge, path: str) -> None:
    make_amendment(judged, value="1280")
    feed = api.client.get(f"/feeds/{path}", headers={"Accept-Language": "en"}).content.decode()
    for text in ("Annual investment: amended", "value: 385 → 1280", "报纸更正", ":amendment-of-pledge/"):
        assert text in feed
