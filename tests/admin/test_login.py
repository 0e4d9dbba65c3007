"""Login to the admin: the lockout after too many wrong passwords, and the end of sessions."""

import re
import time
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db.models import F
from django.test import Client
from django.utils import timezone, translation
from pytest_django.fixtures import Settings

pytestmark = pytest.mark.slow

PASSWORD = "a-long-password"
LIMIT = settings.AXES_FAILURE_LIMIT


@pytest.fixture(autouse=True)
def anna(db: None) -> User:
    return User.objects.create_user("anna", password=PASSWORD, is_staff=True)


def try_to_log_in(password: str, *, name: str = "anna", address: str = "192.0.2.1", **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    client = Client(REMOTE_ADDR=address, headers={"Accept-Language": "en"} | named)
    return client.post("/admin/login/?next=/admin/", {"username": name, "password": password})


def fail(times: int = LIMIT, **client_options: str) -> list[int]:
    return [try_to_log_in("wrong", **client_options).status_code for _ in range(times)]


def can_log_in(**client_options: str) -> bool:
    return bool(try_to_log_in(PASSWORD, **client_options).status_code == 302)


def test_repeated_failures_lock_login(anna: User) -> None:
    assert fail() == [200] * (LIMIT - 1) + [429]
    response = try_to_log_in(PASSWORD)
    assert (response.status_code, response["Retry-After"]) == (429, "900")
    page = response.content.decode()
    assert "Too many wrong passwords." in page
    assert "Try again in 15 minutes" in page


def test_lockout_page_is_chinese_on_request() -> None:
    fail()
    page = try_to_log_in(PASSWORD, Accept_Language="zh-CN").content.decode()
    assert "密码错误次数过多" in page
    assert "15 分钟后" in page


def test_lockout_ends_after_cool_off_time() -> None:
    fail()
    fail(3)
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(minutes=15, seconds=1))
    assert can_log_in()


def test_attempts_during_lockout_do_not_prolong_it() -> None:
    fail()
    before = AccessAttempt.objects.get().attempt_time
    fail()
    assert AccessAttempt.objects.get().attempt_time == before


def test_lockout_does_not_affect_other_accounts_and_addresses() -> None:
    User.objects.create_user("berta", password=PASSWORD, is_staff=True)
    fail()
    assert can_log_in(name="berta")
    assert can_log_in(address="192.0.2.2")


def test_lockout_ignores_user_agent() -> None:
    assert fail(User_Agent="one")[-1] == 429
    assert not can_log_in(User_Agent="two")


def test_lockout_ignores_forged_forwarded_address(settings: Settings) -> None:
    assert [fail(1, X_Forwarded_For=f"198.51.100.{n}")[0] for n in range(LIMIT)][-1] == 429
    settings.NUM_PROXIES = 1
    forged = [fail(1, X_Forwarded_For=f"10.0.0.{n}, 198.51.100.1")[0] for n in range(LIMIT)]
    assert forged[-1] == 429
    assert can_log_in(X_Forwarded_For="198.51.100.2")


def test_successful_login_resets_failures() -> None:
    fail(LIMIT - 1)
    assert can_log_in()
    assert fail(LIMIT - 1) == [200] * (LIMIT - 1)
    assert can_log_in()


def test_responses_for_existing_and_unknown_accounts_are_equal() -> None:
    def responses(name: str) -> list[tuple[int, str]]:
        found = [try_to_log_in("wrong", name=name) for _ in range(LIMIT + 1)]
        return [(one.status_code, without_varying_parts(one.content.decode(), name)) for one in found]

    assert responses("anna") == responses("nobody")


def without_varying_parts(page: str, name: str) -> str:
    lines = [line for line in page.splitlines() if "csrfmiddlewaretoken" not in line]
    return "\n".join(lines).replace(name, "…")


@pytest.mark.parametrize("command", [("axes_reset",), ("axes_reset_username", "anna"), ("axes_reset_ip", "192.0.2.1")])
def test_commands_unlock_account(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    fail()
    call_command(*command)
    assert can_log_in()


def test_attempt_log_has_no_password() -> None:
    try_to_log_in("hunter2")
    attempt = AccessAttempt.objects.get()
    assert "hunter2" not in attempt.post_data
    assert "csrf" not in attempt.post_data.replace("csrfmiddlewaretoken=***", "")


def fail_with_random_names(address: str, times: int = settings.NETWORK_FAILURE_LIMIT) -> None:
    for number in range(times):
        assert fail(1, name=f"random-{number}", address=address) == [200]


def test_network_with_failures_of_many_names_is_locked_before_a_hash() -> None:
    fail_with_random_names("192.0.2.1")
    with patch.object(MD5PasswordHasher, "encode") as encode:
        response = try_to_log_in("wrong", name="another")
    assert (response.status_code, response["Retry-After"]) == (429, "900")
    assert not encode.called
    assert can_log_in(address="192.0.2.2")


def test_addresses_of_one_ipv6_network_are_locked_together() -> None:
    for number in range(settings.NETWORK_FAILURE_LIMIT):
        fail(1, name=f"random-{number}", address=f"2001:db8::{number}")
    assert not can_log_in(address="2001:db8::ffff")
    assert can_log_in(address="2001:db8:0:1::1")


def test_lockout_of_network_ends_after_cool_off_time() -> None:
    fail_with_random_names("192.0.2.1")
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(minutes=15, seconds=1))
    assert can_log_in()


def test_successful_login_keeps_failures_of_other_names() -> None:
    fail_with_random_names("192.0.2.1", settings.NETWORK_FAILURE_LIMIT - 1)
    assert can_log_in()
    fail(1, name="another")
    assert not can_log_in()


@pytest.fixture
def logged_in(anna: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(anna)
    return client


def change_password(client: Client, old: str, new: str) -> int:
    fields = {"old_password": old, "new_password1": new, "new_password2": new}
    return client.post("/admin/password_change/", fields).status_code


def test_wrong_old_passwords_lock_the_change_of_password(logged_in: Client) -> None:
    new = "another-long-password"
    assert [change_password(logged_in, "wrong", new) for _ in range(LIMIT)] == [200] * (LIMIT - 1) + [429]
    with patch.object(MD5PasswordHasher, "encode") as encode:
        assert change_password(logged_in, PASSWORD, new) == 429
    assert not encode.called


def test_weak_new_passwords_do_not_lock_the_change_of_password(logged_in: Client) -> None:
    assert {change_password(logged_in, PASSWORD, "short") for _ in range(LIMIT)} == {200}
    assert change_password(logged_in, PASSWORD, "another-long-password") == 302


@pytest.mark.parametrize(("password", "status"), [("elevenchars", 200), ("twelve-chars", 302)])
def test_password_has_at_least_12_characters(logged_in: Client, password: str, status: int) -> None:
    assert change_password(logged_in, PASSWORD, password) == status


def set_clock(monkeypatch: pytest.MonkeyPatch, hours: float) -> None:
    now = timezone.now() + timedelta(hours=hours)
    monkeypatch.setattr(timezone, "now", lambda: now)
    monkeypatch.setattr(time, "time", now.timestamp)


def test_session_ends_12_hours_after_its_last_use(logged_in: Client) -> None:
    hours = []
    with pytest.MonkeyPatch.context() as monkeypatch:
        for hour in (11, 22, 33.9):
            set_clock(monkeypatch, hour)
            hours.append(logged_in.get("/admin/").status_code)
            monkeypatch.undo()
        set_clock(monkeypatch, 46)
        assert [*hours, logged_in.get("/admin/").status_code] == [200, 200, 200, 302]


def test_session_is_renewed_at_most_every_5_minutes(logged_in: Client) -> None:
    assert settings.SESSION_COOKIE_NAME not in logged_in.get("/admin/").cookies
    with pytest.MonkeyPatch.context() as monkeypatch:
        set_clock(monkeypatch, 0.1)
        first = logged_in.get("/admin/")
        assert first.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == 12 * 3600
        assert settings.SESSION_COOKIE_NAME not in logged_in.get("/admin/").cookies


def test_request_for_api_does_not_renew_session(logged_in: Client) -> None:
    before = Session.objects.values_list("expire_date", flat=True).get()
    for response in (logged_in.get("/api/v1/units/"), logged_in.post("/api/v1/units/")):
        assert settings.SESSION_COOKIE_NAME not in response.cookies
    assert Session.objects.values_list("expire_date", flat=True).get() == before


def test_sidebar_leaves_out_axes(admin_client: Client) -> None:
    assert "axes" not in admin_client.get("/admin/").content.decode()


def test_reason_for_rejecting_a_password_is_chinese() -> None:
    with translation.override("zh-hans"), pytest.raises(ValidationError) as caught:
        validate_password("password")
    assert all(re.search("[\u4e00-\u9fff]", message) for message in caught.value.messages)
    assert len(caught.value.messages) == 2
