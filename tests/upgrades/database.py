"""Commands of `manage.py` on a database of their own."""

import os
import subprocess
import sys

from django.conf import settings


def manage(url: str, *command: str) -> str:
    """Run a command with `DATABASE_URL` in a process of its own; its output, or AssertionError with its errors."""
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
