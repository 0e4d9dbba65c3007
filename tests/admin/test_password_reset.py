"""A forgotten password is replaced by a link that is sent by mail."""

import re

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client

from config.json_logging import SECRET

pytestmark = pytest.mark.django_db
PASSWORD = "another long password"


@pytest.fixture(autouse=True)
def anna(db: None) -> User:
    return User.objects.create_user("anna", email="anna@newsroom.example", password="a-long-password", is_staff=True)


def request_link(address: str, language: str = "en", client: str = "192.0.2.1") -> int:
    headers = {"Accept-Language": language}
    response = Client(REMOTE_ADDR=client, headers=headers).post("/admin/password_reset/", {"email": address})
    if response.status_code == 302:
        assert response["Location"] == "/admin/password_reset/done/"
    return response.status_code


def sent_link() -> str:
    (message,) = mail.outbox
    (path,) = re.findall(r"http://testserver(/admin/reset/\S+)", str(message.body))
    return str(path)


def test_link_in_mail_sets_new_password(anna: User) -> None:
    request_link("anna@newsroom.example")
    assert mail.outbox[0].to == ["anna@newsroom.example"]
    client = Client(headers={"Accept-Language": "en"})
    form = client.get(sent_link(), follow=True)
    assert "New password" in form.text
    (path, _) = form.redirect_chain[-1]
    weak = client.post(path, {"new_password1": "short", "new_password2": "short"})
    assert "at least 12 characters" in weak.text
    done = client.post(path, {"new_password1": PASSWORD, "new_password2": PASSWORD}, follow=True)
    assert "Your new password is set." in done.text
    anna.refresh_from_db()
    assert anna.check_password(PASSWORD)
    assert "_auth_user_id" not in client.session  # the login, with a second factor, is still to come

    again = Client(headers={"Accept-Language": "en"}).get(sent_link(), follow=True)
    assert "no longer valid" in again.text
    assert "<form" not in again.text


@pytest.mark.parametrize("address", ["nobody@newsroom.example", "gone@newsroom.example"])
def test_unknown_address_gets_the_same_response_and_no_mail(address: str) -> None:
    User.objects.create_user("gone", email="gone@newsroom.example", password=PASSWORD, is_active=False)
    assert request_link(address) == 302
    assert mail.outbox == []


def test_pages_are_chinese_on_request() -> None:
    assert "忘记了" in Client(headers={"Accept-Language": "zh-CN"}).get("/admin/login/").text
    page = Client(headers={"Accept-Language": "zh-CN"}).get("/admin/password_reset/done/").text
    assert "链接一小时内有效" in page
    request_link("anna@newsroom.example", "zh-CN")
    assert "密码" in mail.outbox[0].subject


def test_requests_for_links_are_limited_like_wrong_passwords() -> None:
    names = range(settings.NETWORK_FAILURE_LIMIT)
    assert {request_link(f"{name}@newsroom.example") for name in names} == {302}
    assert request_link("anna@newsroom.example") == 429
    assert mail.outbox == []
    login = Client(REMOTE_ADDR="192.0.2.1").post("/admin/login/", {"username": "anna", "password": "a-long-password"})
    assert login.status_code == 429
    assert request_link("anna@newsroom.example", client="192.0.2.2") == 302
    assert AccessAttempt.objects.exists()


def test_mails_to_one_address_are_limited() -> None:
    statuses = [request_link("anna@newsroom.example") for _ in range(settings.AXES_FAILURE_LIMIT + 1)]
    assert statuses[-1] == 429
    assert len(mail.outbox) <= settings.AXES_FAILURE_LIMIT


def test_link_is_masked_in_log() -> None:
    request_link("anna@newsroom.example")
    token = sent_link().split("/")[-2]
    assert token not in SECRET.sub("***", sent_link())
