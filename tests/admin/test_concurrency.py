"""Concurrent edits of a row: a form shows the changes of other users before it overwrites them."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pghistory
import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import reverse

from pledges.models import Document, Evidence, FollowUp, Official, Pledge, Statement
from pledges.workflow import review
from tests.factories import Record, make_follow_up, make_post, make_record, make_user

from .forms import fields_of, form_fields

pytestmark = pytest.mark.slow


def url_of(row: Any) -> str:
    return reverse(f"admin:pledges_{row._meta.model_name}_change", args=[row.pk])


def by_other_user(name: str = "other") -> Any:
    return pghistory.context(channel="admin", user=make_user(name, first_name="小", last_name="王").pk)


def test_conflicting_save_shows_changed_values_and_their_editor(admin_client: Client, record: Record) -> None:
    data = form_fields(admin_client, url_of(record.investment))
    with by_other_user():
        Pledge.objects.filter(pk=record.investment.pk).update(value=400, strength="aspired")

    response = admin_client.post(url_of(record.investment), data | {"note": "我的备注"})

    assert response.status_code == 200
    page = response.content.decode()
    assert "<del>385</del>" in page
    assert "<ins>400</ins>" in page
    assert "力争" in page
    assert "王小" in page
    assert fields_of(page)["note"] == "我的备注"
    assert Pledge.objects.get(pk=record.investment.pk).note == ""


def test_second_save_after_conflict_writes_changed_fields_only(admin_client: Client, record: Record) -> None:
    data = form_fields(admin_client, url_of(record.investment))
    Pledge.objects.filter(pk=record.investment.pk).update(label="同事的名称", note="同事的备注")
    response = admin_client.post(url_of(record.investment), data | {"note": "我的备注"})

    data_after_conflict = fields_of(response.content.decode())
    assert admin_client.post(url_of(record.investment), data_after_conflict).status_code == 302

    pledge = Pledge.objects.get(pk=record.investment.pk)
    assert (pledge.label, pledge.note) == ("同事的名称", "我的备注")


def test_further_change_before_second_save_conflicts_again(admin_client: Client, record: Record) -> None:
    data = form_fields(admin_client, url_of(record.investment))
    Pledge.objects.filter(pk=record.investment.pk).update(note="第一次")
    response = admin_client.post(url_of(record.investment), data | {"label": "我的名称"})
    Pledge.objects.filter(pk=record.investment.pk).update(note="第二次")

    response = admin_client.post(url_of(record.investment), fields_of(response.content.decode()))

    page = response.content.decode()
    assert "<ins>第二次</ins>" in page
    assert "<ins>第一次</ins>" not in page


def test_own_change_in_another_window_conflicts(admin_client: Client, record: Record) -> None:
    first, second = (form_fields(admin_client, url_of(record.investment)) for _window in range(2))
    assert admin_client.post(url_of(record.investment), first | {"note": "一"}).status_code == 302
    assert admin_client.post(url_of(record.investment), second | {"note": "二"}).status_code == 200


def test_save_without_concurrent_change_succeeds(admin_client: Client, record: Record) -> None:
    data = form_fields(admin_client, url_of(record.investment))
    Pledge.objects.filter(pk=record.growth.pk).update(note="另一条承诺")

    assert admin_client.post(url_of(record.investment), data | {"note": "我的备注"}).status_code == 302


def test_form_without_hidden_field_is_saved(admin_client: Client, record: Record) -> None:
    data = form_fields(admin_client, url_of(record.county))
    del data["_seen"]
    record.county.__class__.objects.filter(pk=record.county.pk).update(name="山阳县")

    assert admin_client.post(url_of(record.county), data).status_code == 302


@pytest.mark.parametrize("seen", ["", "x", "1-2-3-4", "99999999999999999999"])
def test_invalid_hidden_field_causes_no_server_error(admin_client: Client, record: Record, seen: str) -> None:
    data = form_fields(admin_client, url_of(record.investment))
    assert admin_client.post(url_of(record.investment), data | {"_seen": seen}).status_code in {200, 302}


def test_save_of_deleted_row_names_its_deletion(admin_client: Client, record: Record) -> None:
    official = Official.objects.create(slug="郭靖", name="郭靖")
    url, data = url_of(official), form_fields(admin_client, url_of(official))
    with by_other_user():
        official.delete()

    page = admin_client.post(url, data, follow=True).content.decode()

    assert "王小（后台）" in page
    assert "已不存在" in page


def test_concurrent_change_in_inline_conflicts(admin_client: Client, record: Record) -> None:
    page = record.investment.statement.document
    data = form_fields(admin_client, url_of(page))
    with by_other_user():
        Statement.objects.filter(document=page).update(post=make_post("云岭市委书记"))

    response = admin_client.post(url_of(page), data | {"statements-0-headline": "新标题"})

    assert "<ins>云岭市委书记</ins>" in response.content.decode()
    assert not Statement.objects.filter(headline="新标题").exists()


def test_concurrent_change_of_page_text_conflicts(admin_client: Client, record: Record) -> None:
    page = record.investment.statement.document
    Document.objects.filter(pk=page.pk).update(text="第一行\n第二行")
    data = form_fields(admin_client, url_of(page))
    Document.objects.filter(pk=page.pk).update(text="同事的文字")

    response = admin_client.post(url_of(page), data | {"text": "我的文字"})
    assert "text" in response.context["adminform"].form.errors

    assert admin_client.post(url_of(page), fields_of(response.content.decode())).status_code == 302
    page.refresh_from_db()
    assert page.text == "我的文字"


def test_line_breaks_of_browser_do_not_conflict(admin_client: Client, record: Record) -> None:
    page = record.investment.statement.document
    Document.objects.filter(pk=page.pk).update(text="第一行\n第二行")
    data = form_fields(admin_client, url_of(page))
    sent = data | {"text": "改过\r\n第二行", "initial-text": "第一行\r\n第二行"}

    assert admin_client.post(url_of(page), sent).status_code == 302


def test_concurrently_added_evidence_conflicts(admin_client: Client, record: Record) -> None:
    follow_up = make_follow_up(record.investment, state="draft")
    data = form_fields(admin_client, url_of(follow_up))
    with by_other_user():
        Evidence.objects.create(follow_up=follow_up, url="https://news.example/other")

    response = admin_client.post(url_of(follow_up), data | {"summary": "我的摘要"})

    assert "https://news.example/other" in response.content.decode()
    assert FollowUp.objects.get(pk=follow_up.pk).summary != "我的摘要"


def test_save_of_draft_submitted_meanwhile_is_rejected_with_message(admin_client: Client, record: Record) -> None:
    follow_up = make_follow_up(record.investment, state="draft")
    data = form_fields(admin_client, url_of(follow_up))
    review.submit([follow_up.pk], by=make_user("editor"))

    response = admin_client.post(url_of(follow_up), data | {"summary": "我的摘要"}, follow=True)

    assert "已提交" in response.content.decode()
    assert FollowUp.objects.get(pk=follow_up.pk).summary != "我的摘要"


@pytest.mark.django_db(transaction=True)
def test_exactly_one_of_two_simultaneous_saves_succeeds() -> None:
    record = make_record()
    clients = []
    for name in ("one", "two"):
        client = Client()
        client.force_login(User.objects.create_superuser(name))
        clients.append(client)
    url = url_of(record.investment)

    for attempt in range(3):
        barrier = Barrier(2)
        forms = [form_fields(client, url) for client in clients]

        def save(number: int, barrier: Barrier = barrier, forms: Any = forms, attempt: int = attempt) -> int:
            try:
                barrier.wait()
                return clients[number].post(url, forms[number] | {"note": f"{attempt} {number}"}).status_code
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            statuses = list(pool.map(save, range(2)))

        assert sorted(statuses) == [200, 302]
        assert Pledge.objects.get(pk=record.investment.pk).note == f"{attempt} {statuses.index(302)}"
