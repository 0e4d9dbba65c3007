"""The hooks of `.pre-commit-config.yaml` pass without network access."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

UNREACHABLE = "http://127.0.0.1:9"


@pytest.mark.slow
@pytest.mark.skipif(not (settings.BASE_DIR / ".git").exists(), reason="pre-commit needs a git repository")
def test_hooks_pass_without_network(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "--all-files"],
        cwd=settings.BASE_DIR,
        env=os.environ
        | {"PRE_COMMIT_HOME": str(tmp_path), "HTTPS_PROXY": UNREACHABLE, "HTTP_PROXY": UNREACHABLE, "NO_PROXY": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "Passed" in run.stdout
    assert "Skipped" not in run.stdout  # a hook is skipped if its pattern matches no file
