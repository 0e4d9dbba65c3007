"""Caddy with `docs/deploy/Caddyfile`, in front of the real server."""

import json
import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.conf import settings
from django.db import connection

from tests.upgrades.database import database_url

pytestmark = pytest.mark.slow
CADDY = Path(sys.executable).with_name("caddy")
TOKEN = "of Prometheus"


class Site(NamedTuple):
    port: int
    proxy_port: int
    log: Path

    def get(self, path: str, headers: dict[str, str] | None = None, **options: Any) -> HTTPResponse:
        """Request a page from the proxy."""
        context = ssl._create_unverified_context()  # noqa: S323,SLF001 the certificate is Caddy's own
        return read(HTTPSConnection("localhost", self.proxy_port, context=context), path, headers, **options)


def read(client: HTTPConnection, path: str, headers: dict[str, str] | None, **options: Any) -> HTTPResponse:
    with closing(client):
        client.request(options.pop("method", "GET"), path, headers=headers or {}, **options)
        response = client.getresponse()
        response.close()
        return response


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(command: list[Any], port: int, log: Path, variables: dict[str, str]) -> Iterator[None]:
    """Run a command, wait until it listens, and stop it in the end."""
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=os.environ | variables, stdout=output, stderr=output
        )
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, log.read_text()
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(20)


def wait_for_certificate(site: Site) -> None:
    for _ in range(300):
        try:
            site.get("/healthz")
        except ssl.SSLError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("Caddy makes no certificate")


@pytest.fixture(scope="module")
def site(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("proxy")
    site = Site(free_port(), free_port(), folder / "server.log")
    caddyfile = (settings.BASE_DIR / "docs" / "deploy" / "Caddyfile").read_text()
    for original, local in {
        "\n{\n": "\n{\n\tadmin off\n\tauto_https disable_redirects\n\tdefault_bind 127.0.0.1\n\tskip_install_trust\n",
        "\npledges.example {\n": f"\nhttps://localhost:{site.proxy_port} {{\n\ttls internal\n",
        "127.0.0.1:8000": f"127.0.0.1:{site.port}",
    }.items():
        assert caddyfile.count(original) == 1
        caddyfile = caddyfile.replace(original, local)
    (folder / "Caddyfile").write_text(caddyfile)
    variables = {
        "DATABASE_URL": database_url(connection.settings_dict["NAME"]),
        "SECRET_KEY": "only for this test",
        "ALLOWED_HOSTS": "localhost",
        "HTTPS": "1",
        "METRICS_TOKEN": TOKEN,
    }
    caddy = [CADDY, "run", "--adapter", "caddyfile", "--config", folder / "Caddyfile"]
    home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with ExitStack() as stack:
        serve = [sys.executable, "manage.py", "serve", "--port", str(site.port)]
        stack.enter_context(running(serve, site.port, site.log, variables))
        stack.enter_context(running(caddy, site.proxy_port, folder / "caddy.log", home))
        wait_for_certificate(site)
        yield site


def test_headers_of_proxy_can_not_be_forged(site: Site) -> None:
    forged = {
        "X-Forwarded-For": "198.51.100.7",
        "X_Forwarded_For": "198.51.100.8",
        "X-Forwarded-Proto": "http",
        "X_Forwarded_Proto": "http",
        "X-Request-ID": "forged",
    }
    response = site.get("/", forged)
    assert (response.status, response.headers["Location"]) == (302, "/api/v1/")  # the proxy uses HTTPS
    for _ in range(50):
        lines = [json.loads(line) for line in site.log.read_text().splitlines() if '"forged"' in line]
        if lines:
            break
        time.sleep(0.1)
    assert [line["client"] for line in lines] == ["127.0.0.1"]


def test_metrics_are_not_public(site: Site) -> None:
    header = {"Authorization": f"Bearer {TOKEN}"}
    assert site.get("/metrics", header).status == 404
    assert read(HTTPConnection("127.0.0.1", site.port), "/metrics", header).status == 200


def test_large_body_is_refused(site: Site) -> None:
    assert site.get("/admin/login/", method="POST", body=b"x" * 3_000_000).status == 413


def test_large_headers_are_refused(site: Site) -> None:
    assert site.get("/healthz", {"Cookie": "x" * 64 * 1024}).status == 431
    assert site.get("/healthz", {"Cookie": "x" * 8 * 1024}).status == 200
