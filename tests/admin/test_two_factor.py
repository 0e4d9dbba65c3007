"""Two-factor login: setting it up, the second step of a login, recovery codes, and its reset by an administrator."""

import re
import time
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django.fixtures import Settings

from pledges.workflow import two_factor
from tests.factories import make_user

PAGE, CODE_PAGE = "/admin/two-factor/", "/admin/two-factor/code/"


@pytest.fixture
def anna(db: None) -> User:
    return make_user("anna", role="chief editor")


def log_in(user: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return client


def code_of(user: User, *, steps: int = 0) -> str:
    """Return the code that the app of a user shows now or, with `steps`, 30 seconds later or earlier each."""
    device = TOTPDevice.objects.get(user=user)
    return f"{totp(device.bin_key, t0=-30 * steps):06}"


def turn_on(user: User) -> list[str]:
    """Turn two-factor login on, with a code of the last 30 seconds, and return the recovery codes."""
    two_factor.new_device(user)
    codes = two_factor.turn_on(user, code_of(user, steps=-1))
    assert codes
    return codes


def forget_failures(user: User) -> None:
    """Let the next attempt be tried at once."""
    for model in (TOTPDevice, StaticDevice):
        model.objects.filter(user=user).update(throttling_failure_count=0)


def test_setting_it_up_shows_key_and_then_recovery_codes_once(anna: User) -> None:
    client = log_in(anna)
    page = client.get(PAGE).content.decode()
    device = TOTPDevice.objects.get()
    assert "data:image/svg+xml" in page
    assert device.config_url.replace("&", "&amp;") in page
    response = client.post(PAGE, {"code": f" {code_of(anna)[:3]} {code_of(anna)[3:]} "})
    codes = re.findall(r"<code>([a-z2-7]{8})</code>", response.content.decode())
    assert len(set(codes)) == two_factor.RECOVERY_CODES
    page = client.get(PAGE).content.decode()
    assert "10 recovery codes are unused." in page
    assert not any(code in page for code in codes)
    assert b32_key(device) not in page


def b32_key(device: TOTPDevice) -> str:
    return str(re.findall(r"secret=([A-Z2-7]+)", device.config_url)[0])


def test_wrong_code_does_not_turn_it_on(anna: User) -> None:
    client = log_in(anna)
    client.get(PAGE)
    assert "This code is wrong" in client.post(PAGE, {"code": "abcdef"}).content.decode()
    assert not two_factor.has_second_factor(anna)
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("path", ["/admin/", PAGE, "/admin/password_change/", "/evidence/1/x.pdf"])
def test_pages_need_the_second_step(anna: User, path: str) -> None:
    turn_on(anna)
    client = log_in(anna)
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (302, f"{CODE_PAGE}?next={path}")
    response = client.post(f"{CODE_PAGE}?next={path}", {"code": code_of(anna), "next": path})
    assert (response.status_code, response["Location"]) == (302, path)
    assert client.get("/admin/").status_code == 200


def test_posting_needs_the_second_step(anna: User) -> None:
    turn_on(anna)
    client = log_in(anna)
    assert client.post(reverse("admin:pledges_apitoken_add"), {"days": 30})["Location"].startswith(CODE_PAGE)
    assert client.post(PAGE, {"code": code_of(anna), "turn_off": ""})["Location"].startswith(CODE_PAGE)
    assert two_factor.has_second_factor(anna)
    assert client.post("/admin/logout/").status_code == 200


def test_second_step_redirects_to_own_pages_only(anna: User) -> None:
    turn_on(anna)
    response = log_in(anna).post(CODE_PAGE, {"code": code_of(anna), "next": "https://evil.example/"})
    assert response["Location"] == "/admin/"


def test_session_gets_another_key_at_the_second_step(anna: User) -> None:
    turn_on(anna)
    client = log_in(anna)
    before = client.session.session_key
    client.post(CODE_PAGE, {"code": code_of(anna)})
    assert client.session.session_key != before


def test_code_is_valid_once(anna: User) -> None:
    turn_on(anna)
    code = code_of(anna)
    assert log_in(anna).post(CODE_PAGE, {"code": code}).status_code == 302
    assert log_in(anna).post(CODE_PAGE, {"code": code}).status_code == 200


def test_recovery_code_is_valid_once(anna: User) -> None:
    code = turn_on(anna)[0]
    assert log_in(anna).post(CODE_PAGE, {"code": code.upper()}).status_code == 302
    assert log_in(anna).post(CODE_PAGE, {"code": code}).status_code == 200
    assert two_factor.unused_recovery_codes(anna) == two_factor.RECOVERY_CODES - 1


def test_wrong_codes_lock_the_login(anna: User) -> None:
    turn_on(anna)
    client = log_in(anna)
    statuses = []
    for _ in range(django_settings.AXES_FAILURE_LIMIT):
        forget_failures(anna)
        statuses.append(client.post(CODE_PAGE, {"code": "abcdefgh"}).status_code)
    assert statuses == [200] * (django_settings.AXES_FAILURE_LIMIT - 1) + [429]
    forget_failures(anna)
    assert client.post(CODE_PAGE, {"code": code_of(anna)}).status_code == 429


def test_wrong_codes_on_the_page_of_the_factor_lock_it(anna: User, settings: Settings) -> None:
    codes = turn_on(anna)
    client = verified(anna)
    settings.AXES_FAILURE_LIMIT = 2
    for _ in range(2):
        forget_failures(anna)
        response = client.post(PAGE, {"code": "abcdefgh", "turn_off": ""})
    assert response.status_code == 429
    forget_failures(anna)
    assert client.post(PAGE, {"code": codes[0], "turn_off": ""}).status_code == 429
    assert two_factor.has_second_factor(anna)


def test_session_with_former_device_needs_a_code(anna: User) -> None:
    turn_on(anna)
    thief = verified(anna)
    two_factor.reset(anna, by=anna)
    turn_on(anna)
    assert thief.get("/admin/")["Location"].startswith(CODE_PAGE)


def test_session_after_recovery_code_lasts_with_new_codes(anna: User) -> None:
    code = turn_on(anna)[0]
    client = log_in(anna)
    assert client.post(CODE_PAGE, {"code": code}).status_code == 302
    two_factor.new_recovery_codes(anna)
    assert client.get("/admin/").status_code == 200


def test_wrong_code_delays_the_next_attempt(anna: User) -> None:
    turn_on(anna)
    client = log_in(anna)
    wrong = "000000" if code_of(anna) != "000000" else "000001"
    assert client.post(CODE_PAGE, {"code": wrong}).status_code == 200
    TOTPDevice.objects.update(throttling_failure_count=10)
    assert client.post(CODE_PAGE, {"code": code_of(anna)}).status_code == 200


def verified(user: User) -> Client:
    client = log_in(user)
    assert client.post(CODE_PAGE, {"code": code_of(user)}).status_code == 302
    return client


@pytest.mark.parametrize("fields", [{"turn_off": ""}, {}])
def test_changes_need_a_code(anna: User, fields: dict[str, str]) -> None:
    codes = turn_on(anna)
    client = verified(anna)
    assert "This code is wrong" in client.post(PAGE, {"code": "zzzzzzzz"} | fields).content.decode()
    forget_failures(anna)
    response = client.post(PAGE, {"code": codes[0]} | fields)
    assert two_factor.has_second_factor(anna) is ("turn_off" not in fields)
    if not fields:
        assert codes[1] not in response.content.decode()
        assert two_factor.unused_recovery_codes(anna) == two_factor.RECOVERY_CODES


def test_administrator_resets_it_and_the_history_says_so(anna: User, administrator: Client) -> None:
    turn_on(anna)
    users = reverse("admin:auth_user_changelist")
    response = administrator.post(users, {"action": "reset_two_factor", "_selected_action": [anna.pk]}, follow=True)
    assert response.status_code == 200
    assert log_in(anna).get("/admin/").status_code == 200
    assert (TOTPDevice.objects.count(), StaticDevice.objects.count()) == (0, 0)
    entry = LogEntry.objects.latest("action_time", "pk")
    assert (entry.user.username, entry.object_id) == ("administrator", str(anna.pk))
    with translation.override("zh-hans"):
        assert "两步登录（已重置）" in entry.get_change_message()
    history = administrator.get(reverse("admin:auth_user_history", args=[anna.pk])).content.decode()
    assert "两步登录（已重置）" in history
    assert "两步登录（已开启）" in history


def test_editor_cannot_reset_it(anna: User, editor: Client) -> None:
    turn_on(anna)
    editor.post(reverse("admin:auth_user_changelist"), {"action": "reset_two_factor", "_selected_action": [anna.pk]})
    assert two_factor.has_second_factor(anna)


def test_administrator_does_not_reset_their_own(admin_client: Client) -> None:
    user = User.objects.get(username="admin")
    turn_on(user)
    client = verified(user)
    client.post(reverse("admin:auth_user_changelist"), {"action": "reset_two_factor", "_selected_action": [user.pk]})
    assert two_factor.has_second_factor(user)


@pytest.mark.parametrize(("role", "status"), [("reader", 200), ("editor", 200), ("chief editor", 302)])
def test_required_factor_keeps_approvers_on_its_page(db: None, settings: Settings, role: str, status: int) -> None:
    settings.REQUIRE_TWO_FACTOR = True
    client = log_in(make_user(role.replace(" ", "-"), role=role))
    response = client.get("/admin/")
    assert response.status_code == status
    if status == 302:
        assert response["Location"].startswith(PAGE)
        assert "Set it up to continue." in client.get(PAGE).content.decode()


def test_approver_continues_after_setting_it_up(anna: User, settings: Settings) -> None:
    settings.REQUIRE_TWO_FACTOR = True
    client = log_in(anna)
    client.get(PAGE)
    client.post(PAGE, {"code": code_of(anna)})
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pages_have_no_inline_scripts(anna: User, language: str) -> None:
    client = log_in(anna)
    client.cookies[django_settings.LANGUAGE_COOKIE_NAME] = language
    pages: list[Any] = [client.get(PAGE)]
    pages.append(client.post(PAGE, {"code": code_of(anna)}))
    pages.append(log_in(anna).get(CODE_PAGE))
    for page in pages:
        assert page.status_code == 200
        scripts = re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", page.content.decode())
        assert scripts == []


def test_clock_of_app_may_differ_by_half_a_minute(anna: User) -> None:
    turn_on(anna)
    TOTPDevice.objects.update(last_t=int(time.time()) // 30 - 5)
    assert log_in(anna).post(CODE_PAGE, {"code": code_of(anna, steps=-1)}).status_code == 302
