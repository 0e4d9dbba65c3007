"""What each answer tells a browser to keep it from."""

import pytest
from django.test import Client

from config.middleware.security_headers import DENY_ALL


@pytest.mark.parametrize("path", ["/api/v1/", "/api/v1/nowhere/", "/nowhere/", "/healthz", "/"])
def test_what_is_no_page_may_nothing(client: Client, db: None, path: str) -> None:
    assert client.get(path)["Content-Security-Policy"] == DENY_ALL


@pytest.mark.parametrize(
    ("path", "scripts"),
    [("/admin/login/", "script-src 'self' 'unsafe-eval';"), ("/api/v1/docs/", "script-src 'self';")],
)
def test_a_page_may_what_comes_from_here(client: Client, db: None, path: str, scripts: str) -> None:
    policy = client.get(path)["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert scripts in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("path", ["/api/v1/", "/admin/login/"])
def test_the_other_guards_are_up(client: Client, db: None, path: str) -> None:
    response = client.get(path)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]
