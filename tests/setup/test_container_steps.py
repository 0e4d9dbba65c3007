"""The steps of `Dockerfile` and `docker-compose.yml` work, run as plain commands in a new folder.

There is no container runtime: `/opt` is a folder, and the packages are installed into it. What the services run has no
right to write there, as on the read-only root of a container.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
import yaml
from django.conf import settings

from config.embedded.account import server_account
from config.embedded.postgres import BIN
from tests.setup.test_proxy import free_port
from tests.upgrades.database import new_database

COMPOSE = yaml.safe_load((settings.BASE_DIR / "docker-compose.yml").read_text())
IGNORED = (settings.BASE_DIR / ".dockerignore").read_text().splitlines()
WITHOUT_RIGHTS = ["setpriv", "--no-new-privs", "--inh-caps=-all"]
# It may still reach the socket of the test database, which is in a private folder.
ROOT_WITHOUT_RIGHTS = [*WITHOUT_RIGHTS, "--bounding-set=-all,+dac_read_search"]
OTHER_USER = 10001
LOCAL = {"0.0.0.0": "127.0.0.1"}


class Image:
    """A folder that is built by a Dockerfile. `environment`, `workdir` and `command` are those of the last stage."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.environment: dict[str, str] = {}
        self.workdir = root
        self.command: list[str] = []

    def build(self) -> None:
        text = (settings.BASE_DIR / "Dockerfile").read_text()
        for line in text.splitlines():
            name, _, rest = line.partition(" ")
            if name and name != "#":
                getattr(self, f"do_{name.lower()}")(self.inside(rest))

    def inside(self, text: str) -> str:
        """Replace the paths and ports of a container."""
        return text.replace("/opt/", f"{self.root}/opt/")

    def do_from(self, image: str) -> None:
        assert re.match(r"python:3\.\d+-slim\b", image)
        tools = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "UV_"))}
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        self.environment = {"PATH": path, "HOME": os.environ["HOME"]} | tools
        self.workdir = self.root

    def do_env(self, pairs: str) -> None:
        for pair in shlex.split(pairs):
            name, _, value = pair.partition("=")
            self.environment[name] = value.replace("$PATH", self.environment["PATH"])

    def do_run(self, command: str) -> None:
        if command.startswith("useradd "):
            # Into the files of the folder, not those of this machine.
            if os.getuid() or not shutil.which("useradd"):
                return
            (self.root / "etc").mkdir()
            command = command.replace("useradd", f"useradd --prefix {self.root}")
        if uv := shutil.which("uv", path=f"{settings.BASE_DIR}/.tools/bin:{os.environ['PATH']}"):
            # It takes the same options, and packages from its cache.
            command = re.sub(
                r"(\S+)/bin/pip install",
                rf"{uv} pip install --compile-bytecode --quiet --python \1/bin/python",
                command,
            )
        done = subprocess.run(
            ["sh", "-c", command], cwd=self.workdir, env=self.environment, capture_output=True, text=True, check=False
        )
        if "pip install" in command and "NewConnectionError" in done.stderr:
            pytest.skip("pip could not reach a registry.")
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"

    def do_copy(self, arguments: str) -> None:
        if arguments.startswith("--from=build "):
            _, source, target = arguments.split()
            assert source == target
            assert Path(source).exists()
            return
        source, target = arguments.split()
        assert f"!{source}" in IGNORED, "the build can't see it"
        original, copy = settings.BASE_DIR / source, self.workdir / target
        if original.is_dir():
            shutil.copytree(original, copy, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(original, copy)

    def do_workdir(self, path: str) -> None:
        self.workdir = Path(path)
        self.workdir.mkdir(parents=True)

    def do_user(self, name: str) -> None:
        passwd = self.root / "etc" / "passwd"
        assert not passwd.exists() or re.match(rf"{name}:\S+?:{OTHER_USER}:", passwd.read_text())

    def do_expose(self, port: str) -> None:
        assert port == "8000"

    def do_cmd(self, command: str) -> None:
        self.command = json.loads(command)

    def make_read_only(self) -> None:
        for path in (self.root / "opt").rglob("*"):
            if os.getuid() == 0:
                os.chown(path, OTHER_USER, OTHER_USER, follow_symlinks=False)
            elif not path.is_symlink():
                path.chmod(path.stat().st_mode & ~0o222)

    def files(self) -> set[Path]:
        return set((self.root / "opt").rglob("*"))


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    image = Image(tmp_path_factory.mktemp("image"))
    image.build()
    image.make_read_only()
    return image


@contextmanager
def service(image: Image, name: str, url: str, port: int, temp: Path) -> Iterator["subprocess.Popen[str]"]:
    """Run a service with the variables of `docker-compose.yml`."""
    given = {"SECRET_KEY": "only for this test", "POSTGRES_PASSWORD": "x"}
    variables = {
        name: re.sub(
            r"\$\{(\w+)(?::?([-?])([^}]*))?\}", lambda m: given.get(m[1], m[3] if m[2] == "-" else ""), str(value)
        )
        for name, value in COMPOSE["services"][name]["environment"].items()
    }
    command = COMPOSE["services"][name].get("command", image.command)
    command = [str(port) if part == "8000" else LOCAL.get(part, part) for part in command]
    if name == "web" and "--port" not in command:
        command += ["--port", str(port)]
    process = subprocess.Popen(
        [*without_rights(), *command],
        cwd=image.workdir,
        env=image.environment | variables | {"DATABASE_URL": url, "TMPDIR": str(temp)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=30)


def without_rights() -> list[str]:
    if not shutil.which("setpriv"):
        return []
    return ROOT_WITHOUT_RIGHTS if os.getuid() == 0 else WITHOUT_RIGHTS


def wait_until_healthy(port: int, process: "subprocess.Popen[Any]") -> None:
    test = COMPOSE["services"]["web"]["healthcheck"]["test"]
    assert test[:3] == ["CMD", "python", "-c"]
    code = test[3].replace(":8000/", f":{port}/")
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()[0]
        try:
            exec(code, {})  # noqa: S102 it is the project's own
        except URLError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the service does not become healthy")


@pytest.mark.slow
@pytest.mark.network
@pytest.mark.django_db
def test_services_start_from_a_new_image(image: Image, tmp_path: Path) -> None:
    before = image.files()
    assert image.root / "opt/static/staticfiles.json" in before
    with new_database("image") as url:
        with service(image, "prepare", url, 0, tmp_path) as process:
            output, _ = process.communicate(timeout=120)
            assert process.returncode == 0, output
            assert "5 files" in output
        port = free_port()
        with (
            service(image, "web", url, port, tmp_path) as web,
            service(image, "webhooks", url, port, tmp_path) as worker,
        ):
            wait_until_healthy(port, web)
            with urlopen(f"http://127.0.0.1:{port}/healthz") as response:
                assert response.status == 200
            assert worker.poll() is None
    assert image.files() == before  # a container has a read-only root


@pytest.mark.slow
def test_options_of_new_database_are_valid() -> None:
    options = COMPOSE["services"]["db"]["environment"]["POSTGRES_INITDB_ARGS"].split()
    account: dict[str, Any] = {}
    with TemporaryDirectory() as folder:
        if found := server_account(Path(folder)):
            os.chown(folder, *found)
            account = {"user": found.uid, "group": found.gid, "extra_groups": []}
        command = [BIN / "initdb", "--no-sync", "--pgdata", folder, *options]
        done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False, **account)
    assert done.returncode == 0, done.stderr
