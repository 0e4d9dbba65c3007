"""Who is refused is told so in words, with a way on."""

from django.test import Client
from django.urls import reverse

from tests.factories import Record


def test_who_may_not_do_something_is_told_so(editor: Client, record: Record) -> None:
    response = editor.get(reverse("admin:pledges_metric_add"))
    assert response.status_code == 403
    assert "您的账号没有这项权限" in response.content.decode()


def test_who_is_logged_out_meanwhile_is_told_what_to_do(record: Record) -> None:
    response = Client(enforce_csrf_checks=True).post(reverse("admin:pledges_pledge_add"), {"quote": "…"})
    assert response.status_code == 403
    assert "返回上一页" in response.content.decode()
