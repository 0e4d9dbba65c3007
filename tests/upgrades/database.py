"""Run commands of `manage.py` on any database."""

import os
import subprocess
import sys

from django.conf import settings


def manage(url: str, *command: str) -> str:
    """Run a command on the database of this URL and return its output. Raise AssertionError if it fails."""
    environment = {"DATABASE_URL": url, "SECRET_KEY": "only for this test", "HTTPS": "0"}
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=settings.BASE_DIR,
        env=os.environ | environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
