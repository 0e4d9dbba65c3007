"""The form of a follow-up requests a suggested status while the editor types."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pledges.models import FollowUp, Pledge
from tests.admin.pages import add_url, evidence_row, filled_in
from tests.factories import Record, make_follow_up, make_relative_pledge, make_unit, make_user

pytestmark = pytest.mark.django_db


def suggestion(client: Client, pledge: Pledge, **figures: str) -> dict[str, Any]:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    response = client.get(reverse("admin:pledges_followup_suggestion", args=[pledge.pk]), figures)
    assert response.status_code == 200
    suggested: dict[str, Any] = response.json()
    return suggested


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ({"actual": "400.7"}, {"status": "met", "compatible": ["met"], "sentence": "met: 104% of the target"}),
        (
            {"actual": "384.99"},
            {"status": "partly_met", "compatible": ["partly_met"], "sentence": "partly met: 99.9% of the target"},
        ),
        (
            {"actual": "３８５", "unit": "亿元"},
            {"status": "met", "compatible": ["met"], "sentence": "met: 100% of the target"},
        ),
        (
            {"actual": "3850000", "unit": "万元"},
            {"status": "met", "compatible": ["met"], "sentence": "met: 100% of the target"},
        ),
        (
            {"actual": "300", "as_of": "2025-06-30"},
            {
                "status": "in_progress",
                "compatible": ["in_progress", "stalled"],
                "sentence": "in progress: 77.9% of the target",
            },
        ),
        ({"actual": "385²"}, {"error": "Write a number such as 385 or 25.62."}),
        ({"actual": ""}, {"status": None, "compatible": [], "sentence": "Enter an actual figure to see a suggestion."}),
        ({"actual": "约385"}, {"error": "Write a number such as 385 or 25.62."}),
        (
            {"actual": "1", "unit": "所"},
            {"error": "Select a valid choice. That choice is not one of the available choices."},
        ),
        ({"actual": "1", "as_of": "昨天"}, {"error": "Write a date as 2025-12-31."}),
    ],
)
def test_figures_give_suggested_status_or_error(
    editor: Client, record: Record, figures: dict[str, str], expected: dict[str, Any]
) -> None:
    make_unit("万元", factor=10_000)

    assert suggestion(editor, record.investment, **figures) == expected


def test_huge_ratio_gives_suggestion(editor: Client, record: Record) -> None:
    Pledge.objects.filter(pk=record.investment.pk).update(value="0.000001")

    assert suggestion(editor, record.investment, actual="9" * 18)["status"] == "met"


def test_suggestion_needs_permission_to_write(record: Record, client: Client) -> None:
    url = reverse("admin:pledges_followup_suggestion", args=[record.investment.pk])

    assert client.get(url).status_code == 302
    client.force_login(make_user("reader", role="reader"))
    assert client.get(url).status_code == 403


def test_suggestion_for_unknown_pledge_gets_404(editor: Client) -> None:
    assert editor.get(reverse("admin:pledges_followup_suggestion", args=[0])).status_code == 404


def test_own_figure_of_relative_target_is_compared_with_the_approved_figure(editor: Client, record: Record) -> None:
    relative = make_relative_pledge("yl-2025-009", to=record.growth)
    own = {"actual": "5.6", "unit": "%", "as_of": "2025-12-31"}
    missing = "has no approved figure as of the same day. Enter the distance, in 个百分点."
    assert missing in suggestion(editor, relative, **own)["error"]

    make_follow_up(record.growth, actual="5", unit=record.growth.unit, as_of="2025-12-31")
    assert missing in suggestion(editor, relative, **own | {"as_of": "2025-12-30"})["error"]
    known = suggestion(editor, relative, as_of="2025-12-31")["sentence"]
    assert "5% (yl-2025-002). Enter the own figure, or the distance." in known
    found = suggestion(editor, relative, **own)
    assert (found["status"], "5.6%" in found["sentence"]) == ("met", True)
    assert suggestion(editor, relative, **own | {"actual": "5"})["status"] == "missed"

    data = filled_in(evidence_row(), status="met", summary="年报", _save="") | own
    assert editor.post(add_url(relative), data).status_code == 302
    draft = FollowUp.objects.get(pledge=relative)
    assert (draft.actual, draft.unit_id) == (Decimal("0.6"), "个百分点")
    first, sentence = draft.summary.splitlines()
    assert first == "年报"
    assert "5.6%" in sentence
    assert "5% (yl-2025-002)" in sentence
