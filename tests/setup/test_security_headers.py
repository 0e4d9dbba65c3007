"""Responses have headers that restrict what a browser does with them."""

import pytest
from django.test import Client

from config.middleware.security_headers import DENY_ALL


@pytest.mark.parametrize("path", ["/api/v1/", "/api/v1/nowhere/", "/nowhere/", "/healthz", "/"])
def test_policy_without_html_page_denies_everything(client: Client, db: None, path: str) -> None:
    assert client.get(path)["Content-Security-Policy"] == DENY_ALL


@pytest.mark.parametrize(
    ("path", "scripts"),
    [("/admin/login/", "script-src 'self' 'unsafe-eval';"), ("/api/v1/docs/", "script-src 'self';")],
)
def test_policy_of_page_allows_only_files_of_site(client: Client, db: None, path: str, scripts: str) -> None:
    policy = client.get(path)["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert scripts in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("path", ["/api/v1/", "/admin/login/"])
def test_other_security_headers_are_set(client: Client, db: None, path: str) -> None:
    response = client.get(path)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]
