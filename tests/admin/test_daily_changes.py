"""Chief editors see all changes of the public record by day and person."""

from datetime import timedelta

import pghistory
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pledges.models import Official, Pledge
from tests.factories import Record, make_follow_up, make_pledge, make_user

pytestmark = pytest.mark.django_db


def page(client: Client, **query: str | int) -> str:
    url = reverse("admin:pledges_pledge_daily_changes")
    return client.get(url, query, headers={"Accept-Language": "en"}, follow=True).content.decode()


def test_changes_of_a_day_are_listed_by_person(chief: Client, record: Record) -> None:
    with pghistory.context(user=make_user("editor").pk, channel="admin"):
        Pledge.objects.filter(pk=record.schools.pk).update(note="甲的改动")
    with pghistory.context(user=make_user("second").pk, channel="api"):
        Official.objects.filter(name="张三丰").update(name="张四丰")
    text = page(chief)
    assert "甲的改动" in text
    assert "张四丰" in text
    own = page(chief, user=make_user("second").pk)
    assert "张四丰" in own
    assert "甲的改动" not in own
    yesterday = timezone.localdate() - timedelta(days=1)
    assert "甲的改动" not in page(chief, day=str(yesterday))


def test_changes_that_are_not_public_are_left_out(chief: Client, record: Record) -> None:
    make_pledge("yl-draft", state="draft", note="未发布的草稿")
    make_follow_up(record.investment, state="draft", actual=400, summary="未核准的核查")
    make_follow_up(record.schools, "in_progress", actual=1, reason="尚早")
    text = page(chief)
    assert "<ins>approved</ins>" in text
    assert "未发布的草稿" not in text
    assert "未核准的核查" not in text


def test_page_is_for_chief_editors(editor: Client, chief: Client, record: Record) -> None:
    url = reverse("admin:pledges_pledge_daily_changes")
    assert editor.get(url, follow=True).status_code == 403
    assert chief.get(url, {"day": "x", "user": "y"}, follow=True).status_code == 200
    assert (
        "Changes by day"
        in chief.get(reverse("admin:pledges_pledge_changelist"), headers={"Accept-Language": "en"}).content.decode()
    )
