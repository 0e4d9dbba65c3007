"""Settings reject invalid environment variables, and all variables are documented."""

import os
import re
import runpy
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

OPERATING = settings.BASE_DIR / "docs" / "operating.md"


def read_by(name: str, pattern: str) -> set[str]:
    return set(re.findall(pattern, (settings.BASE_DIR / name).read_text()))


def test_all_variables_are_documented() -> None:
    variables = (
        read_by("config/settings.py", r'(?:env\.\w+|_flag|_count|_rate|_assignments)\(\s*"(\w+)"')
        | read_by("docker-compose.yml", r"\$\{(\w+)")
        | read_by("Makefile", r"^(\w+) \?=")
        | {"PORT"}
    )
    assert len(variables) > 8
    documented = set(re.findall(r"`(\w+)`", OPERATING.read_text()))
    assert variables - documented == set()


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"DATABASE_URL": "postgres://localhost/nothing"}, "Set SECRET_KEY"),
        ({"DATABASE_URL": "sqlite:///pledges.db", "SECRET_KEY": "x"}, "DATABASE_URL must be of the form"),
        (
            {"DATABASE_URL": "postgres://localhost/nothing", "SECRET_KEY": "x", "HTTPS": "ture"},
            "HTTPS is 'ture'",
        ),
        (
            {"DATABASE_URL": "postgres://localhost/nothing", "SECRET_KEY": "x", "NUM_PROXIES": "-1"},
            "NUM_PROXIES is '-1'",
        ),
        (
            {"DATABASE_URL": "postgres://localhost/nothing", "SECRET_KEY": "x", "STATEMENT_TIMEOUT": "10s"},
            "STATEMENT_TIMEOUT is '10s'",
        ),
        (
            {"DATABASE_URL": "postgres://localhost/nothing", "SECRET_KEY": "x", "THROTTLE_TOKEN": "many"},
            "THROTTLE_TOKEN is 'many'",
        ),
        (
            {"DATABASE_URL": "postgres://localhost/nothing", "SECRET_KEY": "x", "SESSION_HOURS": "0"},
            "SESSION_HOURS is '0'",
        ),
        ({"OIDC_ISSUER": "http://login.example", "SECRET_KEY": "x"}, "OIDC_ISSUER is 'http://login.example'"),
        ({"OIDC_ISSUER": "https://login.example", "SECRET_KEY": "x"}, "With OIDC_ISSUER, set OIDC_CLIENT_ID"),
        ({"OIDC_GROUPS": "writers", "SECRET_KEY": "x"}, "OIDC_GROUPS is 'writers'"),
        (
            {"DATABASE_URL": "postgres://localhost/nothing", "SECRET_KEY": "x", "EMAIL_URL": "mail.example"},
            "Invalid email schema",
        ),
        (
            {"DATABASE_URL": "postgres://localhost/nothing", "SECRET_KEY": "x", "SENTRY_DSN": "sentry.example"},
            "SENTRY_DSN must be of the form",
        ),
    ],
)
def test_invalid_environment_is_rejected(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], message: str
) -> None:
    for name in ("SECRET_KEY", "HTTPS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=re.escape(message)):
        runpy.run_path(str(settings.BASE_DIR / "config" / "settings.py"))


def check(environment: dict[str, str], *options: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "manage.py", "check", *options],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.parametrize("url", ["postgres://me:hunter2/x@db/pledges", "postgres://me:x@db:hunter2/pledges"])
def test_error_about_database_url_hides_password(url: str) -> None:
    done = check(os.environ | {"DATABASE_URL": url, "SECRET_KEY": "x"})
    assert done.returncode == 1
    assert "DATABASE_URL must be of the form" in done.stderr
    assert "hunter2" not in done.stderr + done.stdout


@pytest.mark.slow
def test_production_cookies_have_host_prefix() -> None:
    code = "from config import settings; print(settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)"
    environment = {"DATABASE_URL": "postgres://localhost/nothing", "SECRET_KEY": "x", "HTTPS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["__Host-sessionid", "__Host-csrftoken"]
