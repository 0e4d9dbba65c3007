"""Client generators accept the OpenAPI document without a warning, and the generated clients work."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from tests.factories import Record, make_follow_up

PYTHON_PROGRAM = """
import sys
from duixian_client import Client
from duixian_client.api.follow_ups import follow_ups_list
from duixian_client.api.pledges import pledges_list, pledges_retrieve
from duixian_client.api.stats import stats
from duixian_client.models import PledgePage, Problem, Status

with Client(base_url=sys.argv[1]) as client:
    page = pledges_list.sync(client=client, within=["yunling"])
    assert isinstance(page, PledgePage)
    print(*(pledge.ref for pledge in page.results))
    pledge = pledges_retrieve.sync("yl-2025-001", client=client)
    print(pledge.status is Status.MET, pledge.deadline, pledge.follow_up.evidence[0].url)
    print(*(found.pledge for found in follow_ups_list.sync(client=client).results))
    print(*(f"{group.status} {group.count}" for group in stats.sync(client=client).groups[:3]))
    missing = pledges_retrieve.sync("nothing", client=client)
    print(isinstance(missing, Problem), missing.status)
"""
TYPESCRIPT_PROGRAM = """
import type { paths } from "./duixian";

type Content<path extends keyof paths> = paths[path] extends {
  get: { responses: { 200: { content: { "application/json": infer Body } } } };
}
  ? Body
  : never;

async function get<path extends keyof paths>(_path: path, url: string): Promise<Content<path>> {
  return (await fetch(`SERVER${url}`)).json();
}

const page = await get("/api/v1/pledges/", "/api/v1/pledges/?within=yunling");
console.log(page.results.map((pledge) => pledge.ref).join(" "));
const pledge = await get("/api/v1/pledges/{ref}/", "/api/v1/pledges/yl-2025-001/");
console.log(pledge.status === "met", pledge.deadline, pledge.follow_up?.evidence[0]?.url);
const found = await get("/api/v1/follow-ups/", "/api/v1/follow-ups/");
console.log(found.results.map((followUp) => followUp.pledge).join(" "));
const { groups } = await get("/api/v1/stats/", "/api/v1/stats/");
console.log(groups.slice(0, 3).map((group) => `${group.status} ${group.count}`).join(" "));
// @ts-expect-error there is no such field
console.log(pledge.nothing === undefined, 404);
"""
EXPECTED_OUTPUT = """\
yl-2025-001 yl-2025-002 yl-2026-001
{yes} 2025-12-31 https://news.example/report
yl-2025-001
unchecked 2 not_started 0 in_progress 0
{yes} 404
"""
NPM_PACKAGES = ["openapi-typescript@7.13.0", "typescript@5.9.3"]


def run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # openapi-python-client runs ruff
    return subprocess.run(
        command, cwd=cwd, env=os.environ | {"PATH": path}, capture_output=True, text=True, timeout=240, check=False
    )


@pytest.fixture
def folder(committed_record: Record, client: Client, live_server: LiveServer, tmp_path: Path) -> Path:
    """Return a folder that contains the OpenAPI document, as `schema.json`, of a record with one follow-up."""
    make_follow_up(committed_record.investment, "met", actual=400)
    (tmp_path / "schema.json").write_bytes(client.get("/api/v1/schema/").content)
    return tmp_path


@pytest.mark.slow
def test_generated_python_client_works(folder: Path, live_server: LiveServer) -> None:
    generated = run(
        "openapi-python-client",
        "generate",
        "--path=schema.json",
        "--output-path=client",
        "--fail-on-warning",
        cwd=folder,
    )
    assert (generated.returncode, generated.stderr) == (0, "")
    assert "warning" not in generated.stdout.lower()
    (folder / "client" / "program.py").write_text(PYTHON_PROGRAM)
    result = run(sys.executable, "program.py", live_server.url, cwd=folder / "client")
    assert (result.stdout, result.stderr) == (EXPECTED_OUTPUT.format(yes=True), "")


@pytest.fixture
def npm_packages(folder: Path) -> None:
    if not shutil.which("npm"):
        pytest.skip("npm is not installed, so the TypeScript client can't be generated.")
    (folder / "package.json").write_text('{"private": true, "type": "module"}')
    installed = run("npm", "install", "--no-audit", "--no-fund", "--fetch-retries=1", *NPM_PACKAGES, cwd=folder)
    if installed.returncode:
        pytest.skip(f"npm could not install {' and '.join(NPM_PACKAGES)}: {installed.stderr.strip()[-300:]}")


@pytest.mark.slow
@pytest.mark.network
@pytest.mark.usefixtures("npm_packages")
def test_generated_typescript_client_works(folder: Path, live_server: LiveServer) -> None:
    tools = folder / "node_modules" / ".bin"
    generated = run(str(tools / "openapi-typescript"), "schema.json", "--output=duixian.d.ts", cwd=folder)
    assert (generated.returncode, generated.stderr) == (0, "")
    assert "warn" not in generated.stdout.lower()
    (folder / "program.ts").write_text(TYPESCRIPT_PROGRAM.replace("SERVER", live_server.url))
    options = ["--strict", "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler"]
    compiled = run(str(tools / "tsc"), *options, "program.ts", cwd=folder)
    assert (compiled.returncode, compiled.stdout) == (0, "")
    result = run("node", "program.js", cwd=folder)
    assert (result.stdout, result.stderr) == (EXPECTED_OUTPUT.format(yes="true"), "")
