"""The programs of the ten tasks in `docs/api.md` print the documented output, in each language."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from knox.models import AuthToken
from pytest_django.live_server_helper import LiveServer

from pledges.importer.loader import load
from pledges.importer.reference.shipped import load_shipped
from pledges.models import FollowUp
from pledges.sample import loader
from tests.factories import make_user

DOCS = (settings.BASE_DIR / "docs" / "api.md").read_text(encoding="utf-8")
TASKS = re.findall(r"^### (\d+\. .*?)\n(.*?)(?=^##)", DOCS, re.MULTILINE | re.DOTALL)
SEPARATOR = "\f"  # printed before the output of each program
# Each runs several programs, one after the other.
RUNNERS = {
    "sh": ["bash", "-c", 'for file; do printf "\\f"; bash -euo pipefail "$file" || exit; done', "bash"],
    "python": [
        sys.executable,
        "-c",
        "import runpy, sys\nfor file in sys.argv[1:]: print(end='\\f', flush=True); runpy.run_path(file)",
    ],
    "js": [
        "node",
        "--input-type=module",
        "-e",
        'for (const file of process.argv.slice(1)) { process.stdout.write("\\f"); await import(file); }',
    ],
}
SUFFIXES = {"sh": "sh", "python": "py", "js": "mjs"}
TIMEOUT = 120  # seconds for all programs of a language; they take 2 on a quiet machine


def code_blocks(text: str) -> dict[str, str]:
    return dict(re.findall(r"^```(\w+)\n(.*?)^```", text, re.MULTILINE | re.DOTALL))


@pytest.fixture
def token(db: None) -> str:
    """Load the seeds and the sample, as `make run` does; return the token of an editor."""
    load_shipped()
    load([settings.BASE_DIR / "seeds" / "hohhot"])
    loader.load_sample(timezone.localdate())
    return str(AuthToken.objects.create(make_user("writer", role="editor"))[1])


def test_ten_tasks_exist_in_each_language() -> None:
    assert [title.split(".")[0] for title, _text in TASKS] == [str(number) for number in range(1, 11)]
    assert all(set(code_blocks(text)) == {*RUNNERS, "text"} for _title, text in TASKS)


@pytest.mark.slow
def test_tasks_print_the_documented_output(live_server: LiveServer, token: str, tmp_path: Path) -> None:
    installed = [language for language, runner in RUNNERS.items() if shutil.which(runner[0])]
    failures = {}
    for language in installed:
        for title, printed, expected in run_tasks(language, live_server.url, token, tmp_path):
            if not matches(printed, expected, language):
                failures[title, language] = printed[:2000]
    assert failures == {}
    states = FollowUp.objects.filter(pledge__ref="sample-14").values_list("state", flat=True)
    assert list(states) == ["submitted"] * len(installed)
    if missing := RUNNERS.keys() - installed:
        pytest.skip(f"The examples in {', '.join(sorted(missing))} can't be run, because their program is missing.")


def run_tasks(language: str, url: str, token: str, folder: Path) -> Iterator[tuple[str, str, str]]:
    """Run the programs of a language, and yield the title, the output and the documented output of each task."""
    files = []
    for number, (_title, text) in enumerate(TASKS, start=1):
        file = folder / f"task{number}.{SUFFIXES[language]}"
        file.write_text(code_blocks(text)[language].replace("http://127.0.0.1:8000", url))
        files.append(str(file))
    run = subprocess.run(
        [*RUNNERS[language], *files],
        env=os.environ | {"TOKEN": token},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr
    outputs = run.stdout.split(SEPARATOR)[1:]
    for (title, text), printed in zip(TASKS, outputs, strict=True):
        yield title, printed, code_blocks(text)["text"]


def matches(printed: str, expected: str, language: str) -> bool:
    """Return whether a program printed the documented values; `curl` prints the complete response around them."""
    return all(word in printed for word in expected.split()) if language == "sh" else printed == expected
