"""Login by OpenID Connect, with a provider on loopback: new and existing accounts, and roles from groups."""

from collections.abc import Iterator
from io import StringIO
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django.fixtures import Settings

from tests.factories import make_user

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of the packages of the provider
]
GROUPS = {"writers": "editor", "heads": "chief editor"}


@pytest.fixture(scope="module")
def provider_url() -> Iterator[str]:
    oidc_provider_mock = pytest.importorskip("oidc_provider_mock")
    with oidc_provider_mock.run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(autouse=True)
def configured(settings: Settings, provider_url: str) -> None:
    settings.OIDC_ISSUER, settings.OIDC_NAME, settings.OIDC_GROUPS = provider_url, "Newsroom", GROUPS
    app: Any = {"provider_id": "sso", "name": "Newsroom", "client_id": "duixian", "secret": "secret"}
    app["settings"] = {"server_url": provider_url}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}


def log_in(provider_url: str, subject: str = "7", *, path: str = "/sso/login/", **claims: Any) -> tuple[Client, Any]:
    """Log in at the provider as a person with these claims. Return the browser, and the response to its return."""
    requests.put(f"{provider_url}/users/{subject}", json=claims, timeout=10).raise_for_status()
    client = Client(headers={"Accept-Language": "en"})
    there = client.get(path)
    assert there.status_code == 302, there.content
    back = requests.post(there["Location"], data={"sub": subject}, allow_redirects=False, timeout=10)
    parts = urlsplit(back.headers["Location"])
    return client, client.get(f"{parts.path}?{parts.query}")


def roles(name: str) -> list[str]:
    return sorted(User.objects.get(username=name).groups.values_list("name", flat=True))


def test_first_login_creates_account_with_role(provider_url: str) -> None:
    client, response = log_in(
        provider_url, preferred_username="anna", email="a@example.com", given_name="Anna", groups=["writers", "other"]
    )
    assert (response.status_code, response["Location"]) == (302, "/admin/")
    assert client.get("/admin/").status_code == 200
    user = User.objects.get(username="anna")
    assert (user.email, user.first_name, user.is_staff, user.is_superuser) == ("a@example.com", "Anna", True, False)
    assert (user.has_usable_password(), roles("anna")) == (False, ["editor"])


def test_groups_of_provider_determine_roles_at_each_login(provider_url: str) -> None:
    log_in(provider_url, preferred_username="anna", groups=["writers"])
    User.objects.get().groups.create(name="interns")
    log_in(provider_url, preferred_username="anna", groups=["heads"])
    assert roles("anna") == ["chief editor", "interns"]
    changes = [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")]
    assert len(changes) == 2
    User.objects.get().groups.get(name="interns").delete()
    client, response = log_in(provider_url, preferred_username="anna", groups=[])
    assert response.status_code == 403
    assert "has no role here" in response.content.decode()
    assert client.get("/admin/").status_code == 302
    assert roles("anna") == []


@pytest.mark.parametrize("groups", [None, [], ["other"], "others", {"writers": 1}, [["writers"]], 7])
def test_person_without_group_gets_no_account(provider_url: str, groups: Any) -> None:
    _client, response = log_in(provider_url, preferred_username="anna", groups=groups)
    assert response.status_code == 403
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "claims",
    [
        {"preferred_username": "anna"},
        {"preferred_username": "Anna"},
        {"preferred_username": "other", "email": "a@example.com", "email_verified": True},
        {"preferred_username": "other", "email": "A@EXAMPLE.com", "email_verified": True},
    ],
)
def test_existing_account_is_not_taken_over(provider_url: str, claims: dict[str, Any]) -> None:
    make_user("anna", email="a@example.com", is_superuser=True)
    client, response = log_in(provider_url, groups=["writers"], **claims)
    assert response.status_code == 403
    assert "An administrator has to link it: 7" in response.content.decode()
    assert client.get("/admin/").status_code == 302
    assert User.objects.count() == 1


def test_administrator_links_an_existing_account(provider_url: str) -> None:
    make_user("anna", role="editor")
    call_command("link_sso", "anna", "7", stdout=StringIO())
    _client, response = log_in(provider_url, preferred_username="renamed", groups=["heads"])
    assert response.status_code == 302
    assert roles("anna") == ["chief editor"]
    assert User.objects.count() == 1
    make_user("berta")
    for name, subject in (("anna", "8"), ("berta", "7"), ("nobody", "9")):
        with pytest.raises(CommandError):
            call_command("link_sso", name, subject)


def test_inactive_account_is_rejected(provider_url: str) -> None:
    log_in(provider_url, preferred_username="anna", groups=["writers"])
    User.objects.update(is_active=False)
    client, response = log_in(provider_url, preferred_username="anna", groups=["writers"])
    assert "not active" in response.content.decode()
    assert client.get("/admin/").status_code == 302


def test_second_factor_is_needed_as_well(provider_url: str) -> None:
    log_in(provider_url, preferred_username="anna", groups=["writers"])
    TOTPDevice.objects.create(user=User.objects.get(), confirmed=True)
    client, _response = log_in(provider_url, preferred_username="anna", groups=["writers"])
    assert client.get("/admin/")["Location"].startswith("/admin/two-factor/code/")


@pytest.mark.parametrize(
    ("next_page", "target"), [("/admin/auth/", "/admin/auth/"), ("https://evil.example/", "/admin/")]
)
def test_login_leads_to_own_pages_only(provider_url: str, next_page: str, target: str) -> None:
    _client, response = log_in(
        provider_url, path=f"/sso/login/?next={next_page}", preferred_username="anna", groups=["writers"]
    )
    assert response["Location"] == target


def test_account_cannot_be_connected_by_a_link(provider_url: str) -> None:
    anna = make_user("anna", role="editor")
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(anna)
    there = client.get("/sso/login/?process=connect")
    back = requests.post(there["Location"], data={"sub": "7"}, allow_redirects=False, timeout=10)
    response = client.get(back.headers["Location"].partition("testserver")[2])
    assert response.status_code == 403
    assert not anna.socialaccount_set.exists()  # type: ignore[attr-defined]


@pytest.mark.parametrize("query", ["", "?state=x&code=y", "?error=access_denied&state=x"])
def test_callback_without_begun_login_is_rejected(query: str) -> None:
    assert Client().get(f"/sso/callback/{query}").status_code == 403


def test_denied_login_is_rejected(provider_url: str) -> None:
    client = Client(headers={"Accept-Language": "en"})
    there = client.get("/sso/login/")
    back = requests.post(there["Location"], data={"action": "deny"}, allow_redirects=False, timeout=10)
    assert "state=" in there["Location"]
    parts = urlsplit(back.headers["Location"])
    assert client.get(f"{parts.path}?{parts.query}").status_code == 403


def test_provider_that_does_not_respond_gets_503(settings: Settings) -> None:
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["server_url"] = "http://localhost:9"
    assert Client().get("/sso/login/").status_code == 503


def test_login_page_has_link_only_if_configured(settings: Settings) -> None:
    client = Client(headers={"Accept-Language": "en"})
    page = client.get("/admin/login/?next=/admin/auth/").content.decode()
    assert "Log in with Newsroom" in page
    assert 'href="/sso/login/?next=%2Fadmin%2Fauth%2F"' in page
    settings.OIDC_ISSUER = ""
    assert "/sso/" not in client.get("/admin/login/").content.decode()
    assert client.get("/sso/login/").status_code == client.get("/sso/callback/").status_code == 404
