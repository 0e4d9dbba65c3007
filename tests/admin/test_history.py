"""The history page of a row: user, time, channel and changed values of each change."""

from typing import Any

import pghistory
import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pledges.admin.timeline import HistoryEntry
from pledges.models import District, FollowUp, Official, Pledge
from pledges.workflow import review
from tests.factories import Record, make_follow_up, make_unit, make_user


def history_url(row: Any) -> str:
    return reverse(f"admin:pledges_{row._meta.model_name}_history", args=[row.pk])


def entries(client: Client, url: str) -> list[HistoryEntry]:
    response = client.get(url)
    assert response.status_code == 200
    entries: list[HistoryEntry] = response.context["entries"]
    return entries


def test_edit_in_admin_is_shown_with_editor_and_values(admin_client: Client, record: Record) -> None:
    url = reverse("admin:pledges_unit_change", args=["亿元"])
    User.objects.update(first_name="小", last_name="王")
    admin_client.post(
        url,
        {
            "name_en": "hundred million yuan",
            "dimension": make_unit().dimension_id,
            "numerator": "1e8",
            "denominator": "1",
        },
    )
    admin_client.post(
        url,
        {"name_en": "100m yuan", "dimension": make_unit().dimension_id, "numerator": "100000000", "denominator": "1"},
    )

    newest, *_others = entries(admin_client, history_url(make_unit()))

    assert (newest.who, newest.channel, newest.action) == ("王小", "后台", "已修改")
    assert [(change.old, change.new) for change in newest.changes] == [("100 million yuan", "100m yuan")]


def test_values_are_formatted_for_reading(admin_client: Client, record: Record) -> None:
    Pledge.objects.filter(pk=record.investment.pk).update(
        value="400.5", strength="aspired", district=record.county, quote="“年度” <b>投资</b>"
    )

    newest, *_others = entries(admin_client, history_url(record.investment))

    assert {(change.label, change.old, change.new) for change in newest.changes} == {
        ("数值", "385", "400.5"),
        ("力度", "确保", "力争"),
        ("地区", "云岭市", "山阴县"),
        ("引文", "年度计划投资385亿元", "“年度” <b>投资</b>"),
    }
    assert "&lt;b&gt;投资&lt;/b&gt;" in admin_client.get(history_url(record.investment)).content.decode()


@pytest.mark.parametrize(
    ("context", "channel"),
    [
        ({"channel": "admin"}, "后台"),
        ({"channel": "api"}, "API"),
        ({"channel": "command", "command": "load_pledges"}, "命令 load_pledges"),
        ({}, "数据库"),
    ],
)
def test_channel_is_named(admin_client: Client, record: Record, context: dict[str, str], channel: str) -> None:
    with pghistory.context(**context):
        District.objects.filter(pk=record.county.pk).update(name="山阳县")

    assert entries(admin_client, history_url(record.county))[0].channel == channel


def test_change_by_sql_is_shown(admin_client: Client, record: Record) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pledges_district SET name = '山阳县' WHERE id = %s", [record.county.pk])

    newest = entries(admin_client, history_url(record.county))[0]

    assert (newest.who, newest.channel) == ("", "数据库")


def test_deleted_user_is_shown_by_key(admin_client: Client, record: Record) -> None:
    user = make_user("gone")
    key = user.pk
    with pghistory.context(channel="admin", user=key):
        District.objects.filter(pk=record.county.pk).update(name="山阳县")
    user.delete()

    assert entries(admin_client, history_url(record.county))[0].who == f"#{key}"


def test_history_of_pledge_includes_follow_ups_and_evidence(admin_client: Client, record: Record) -> None:
    make_follow_up(record.investment)

    shown = entries(admin_client, history_url(record.investment))

    assert {(entry.row.split()[0], entry.action) for entry in shown} >= {
        ("承诺", "已添加"),
        ("承诺", "已修改"),
        ("核查记录", "已添加"),
        ("核查记录", "已修改"),
        ("依据", "已添加"),
    }
    approval = next(entry for entry in shown if any(change.new == "已核准" for change in entry.changes))
    assert ("审核人", "", "chief") in [(change.label, change.old, change.new) for change in approval.changes]


def test_history_of_pledge_includes_deleted_draft(admin_client: Client, record: Record) -> None:
    draft = make_follow_up(record.investment, state="draft", summary="写了又删")
    draft.delete()

    shown = entries(admin_client, history_url(record.investment))

    deletions = [entry for entry in shown if entry.action == "已删除"]
    assert len(deletions) == 2  # the draft and its evidence
    assert any(change.old == "写了又删" for entry in deletions for change in entry.changes)


def test_deleted_row_has_history(admin_client: Client, record: Record) -> None:
    official = Official.objects.create(slug="郭靖", name="郭靖")
    url = history_url(official)
    official.delete()

    assert [entry.action for entry in entries(admin_client, url)] == ["已删除", "已添加"]


@pytest.mark.parametrize("key", ["999999", "abc"])
def test_history_of_unknown_key_redirects(admin_client: Client, record: Record, key: str) -> None:
    url = reverse("admin:pledges_pledge_history", args=[key])
    assert admin_client.get(url).status_code == 302


def test_history_leaves_out_follow_ups_without_permission(record: Record) -> None:
    make_follow_up(record.investment, state="draft", summary="尚未公开")
    user = make_user("narrow")
    user.user_permissions.add(Permission.objects.get(codename="view_pledge"))
    client = Client()
    client.force_login(user)

    page = client.get(history_url(record.investment)).content.decode()

    assert "投资385亿元" in page
    assert "尚未公开" not in page
    assert client.get(history_url(record.county)).status_code == 403


@pytest.mark.slow
def test_long_history_is_paginated_with_constant_number_of_queries(admin_client: Client, record: Record) -> None:
    make_follow_up(record.investment)
    admin_client.get(history_url(record.investment))
    with CaptureQueriesContext(connection) as few:
        admin_client.get(history_url(record.investment))
    for number in range(60):
        with pghistory.context(channel="admin", user=make_user(f"user-{number}").pk):
            Pledge.objects.filter(pk=record.investment.pk).update(note=str(number))
    with CaptureQueriesContext(connection) as many:
        first = entries(admin_client, history_url(record.investment))

    assert len(many) <= len(few)  # fewer if no follow-up is on the page
    assert (len(first), first[0].changes[0].new) == (50, "59")
    assert entries(admin_client, history_url(record.investment) + "?p=2")[0].changes[0].new == "9"


def test_return_is_shown_with_reason(admin_client: Client, record: Record) -> None:
    follow_up = make_follow_up(record.investment, state="submitted")
    with pghistory.context(channel="api", user=make_user("chief").pk):
        review.return_to_author([follow_up.pk], by=make_user("chief"), note="请补充依据")

    shown = entries(admin_client, history_url(record.investment))

    return_entry = next(entry for entry in shown if any(change.new == "请补充依据" for change in entry.changes))
    assert (return_entry.who, return_entry.channel) == ("chief", "API")
    assert FollowUp.objects.get().state == "returned"
