"""Error pages of the admin."""

from django.test import Client
from django.urls import reverse

from tests.factories import Record


def test_forbidden_page_names_missing_permission(editor: Client, record: Record) -> None:
    response = editor.get(reverse("admin:pledges_metric_add"))
    assert response.status_code == 403
    assert "您的账号没有这项权限" in response.content.decode()


def test_post_after_session_ended_explains_way_back(record: Record) -> None:
    response = Client(enforce_csrf_checks=True).post(reverse("admin:pledges_pledge_add"), {"quote": "…"})
    assert response.status_code == 403
    assert "返回上一页" in response.content.decode()


def test_oversized_body_gets_page_in_the_language_of_the_user(client: Client) -> None:
    response = client.post("/admin/login/", headers={"Content-Length": "600000000", "Accept-Language": "zh-hans"})
    assert response.status_code == 413
    assert "选择较小的文件" in response.content.decode()
