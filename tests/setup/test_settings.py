"""What the settings refuse, and that every one of their variables is documented."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings

OPERATING = settings.BASE_DIR / "docs" / "operating.md"


def read_by(name: str, pattern: str) -> set[str]:
    return set(re.findall(pattern, (settings.BASE_DIR / name).read_text()))


def test_every_variable_is_documented() -> None:
    variables = (
        read_by("config/settings.py", r'(?:env\.\w+|_flag)\(\s*"(\w+)"')
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
    ],
)
def test_a_wrong_environment_is_refused(environment: dict[str, str], message: str) -> None:
    inherited = {name: value for name, value in os.environ.items() if name not in {"SECRET_KEY", "HTTPS"}}
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.BASE_DIR,
        env=inherited | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert message in done.stderr
