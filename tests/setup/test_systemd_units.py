"""The systemd units of `docs/deploy/` are valid, start commands that exist, and give them few rights."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class

FOLDER = settings.BASE_DIR / "docs" / "deploy"
SERVICES = sorted(FOLDER.glob("*.service"))
TIMERS = sorted(FOLDER.glob("*.timer"))
INSTALLED = "/opt/duixian"
needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")


def commands(unit: Path) -> list[list[str]]:
    return [line.split() for line in re.findall(r"^ExecStart=(.+)$", unit.read_text(), re.MULTILINE)]


@pytest.mark.parametrize("unit", SERVICES, ids=lambda path: path.name)
def test_command_of_unit_exists(unit: Path) -> None:
    ((program, *arguments),) = commands(unit)
    if program == f"{INSTALLED}/.venv/bin/python":
        script, name, *options = arguments
        assert script == "manage.py"
        load_command_class(get_commands()[name], name).create_parser(script, name).parse_args(options)
    else:
        path = settings.BASE_DIR / Path(program).relative_to(INSTALLED)
        assert path.stat().st_mode & 0o111 == 0o111, f"{path} is not executable"


def test_variables_are_the_same_for_systemd_and_shells(tmp_path: Path) -> None:
    """`manage`, the function of the guide, must not use another database than the services."""
    lines = (FOLDER / "duixian.env").read_text().splitlines()
    variables = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
    assert all(re.fullmatch("'[^']*'", value) for value in variables.values())
    guide = (settings.BASE_DIR / "docs" / "operating.md").read_text()
    function = re.findall(r"^ +manage\(\) \{\n.*\n +\}$", guide, re.MULTILINE)[0]
    for old, new in (
        ("runuser --user duixian --", ""),
        ("/etc/duixian.env", str(tmp_path / "env")),
        (INSTALLED, str(tmp_path)),
        (".venv/bin/python manage.py", "env"),
    ):
        assert old in function
        function = function.replace(old, new)

    def run_manage(variables: str) -> "subprocess.CompletedProcess[str]":
        (tmp_path / "env").write_text(variables)
        return subprocess.run(
            ["sh", "-c", f"{function}\nmanage printf '%s|' a 'b  c'; manage"],
            env={},
            capture_output=True,
            text=True,
            check=False,
        )

    url = "postgres://duixian@/duixian?host=/tmp&port=1#$HOME;"
    output = run_manage(f"DATABASE_URL='{url}'\n").stdout
    assert output.startswith("a|b  c|")
    assert f"DATABASE_URL={url}\n" in output
    assert run_manage("SECRET_KEY='x'\n").returncode != 0


def test_timers_and_units_have_the_same_names() -> None:
    assert {timer.stem for timer in TIMERS} == {"duixian-backup", "duixian-restore-drill"}
    assert {timer.stem for timer in TIMERS} < {service.stem for service in SERVICES}


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """Copy the units. systemd wants the programs to exist, so their paths are those of this clone."""
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    for path in (*tmp_path.glob("*.service"), *tmp_path.glob("*.d/*.conf")):
        text = path.read_text().replace(f"{INSTALLED}/.venv/bin/python", sys.executable)
        path.write_text(text.replace(INSTALLED, str(settings.BASE_DIR)))
    return tmp_path


@needs_systemd
def test_units_are_valid(installed: Path) -> None:
    units = [installed / path.name for path in (*SERVICES, *TIMERS)]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )
    assert "duixian" not in done.stderr  # a wrong key is only a warning


@needs_systemd
@pytest.mark.parametrize("unit", SERVICES, ids=lambda path: path.name)
def test_exposure_of_unit_is_low(installed: Path, unit: Path) -> None:
    """systemd rates a service without any protection with 9.6."""
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", installed / unit.name],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
