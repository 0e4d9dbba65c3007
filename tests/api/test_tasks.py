"""The programs of the ten tasks in `docs/api.md` print the documented output, in each language."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from knox.models import AuthToken
from pytest_django.live_server_helper import LiveServer

from pledges.importer.loader import load
from pledges.importer.reference_data import load_missing
from pledges.models import FollowUp
from pledges.sample import loader
from tests.factories import make_user

DOCS = (settings.BASE_DIR / "docs" / "api.md").read_text(encoding="utf-8")
TASKS = re.findall(r"^### (\d+\. .*?)\n(.*?)(?=^##)", DOCS, re.MULTILINE | re.DOTALL)
LANGUAGES = {"sh": ["bash", "-euo", "pipefail"], "python": [sys.executable], "js": ["node", "--input-type=module"]}


def code_blocks(text: str) -> dict[str, str]:
    return dict(re.findall(r"^```(\w+)\n(.*?)^```", text, re.MULTILINE | re.DOTALL))


@pytest.fixture
def token(db: None) -> str:
    """Load the seeds and the sample, as `make run` does; return the token of an editor."""
    load_missing()
    load([settings.BASE_DIR / "seeds"])
    loader.load_sample(timezone.localdate())
    return str(AuthToken.objects.create(make_user("writer", role="editor"))[1])


def test_ten_tasks_exist_in_each_language() -> None:
    assert [title.split(".")[0] for title, _text in TASKS] == [str(number) for number in range(1, 11)]
    assert all(set(code_blocks(text)) == {*LANGUAGES, "text"} for _title, text in TASKS)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_task_prints_the_documented_output(language: str, live_server: LiveServer, token: str, tmp_path: Path) -> None:
    program = "curl" if language == "sh" else LANGUAGES[language][0]
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed, so the examples in {language} can't be run.")
    failures = {}
    for title, text in TASKS:
        code, expected = code_blocks(text)[language], code_blocks(text)["text"]
        run = subprocess.run(
            LANGUAGES[language],
            input=code.replace("http://127.0.0.1:8000", live_server.url),
            env=os.environ | {"TOKEN": token},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if run.returncode != 0 or not matches(run.stdout, expected, language):
            failures[title] = run.stdout[:2000] + run.stderr
    assert failures == {}
    assert FollowUp.objects.get(pledge__ref="sample-14").state == "submitted"


def matches(printed: str, expected: str, language: str) -> bool:
    """Return whether a program printed the documented values; `curl` prints the complete response around them."""
    return all(word in printed for word in expected.split()) if language == "sh" else printed == expected
