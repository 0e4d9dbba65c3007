import shlex
import shutil
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pledges.lookups.wording import display_path

TEMPLATE = Path(__file__).parents[1] / "new_record"


class Command(BaseCommand):
    help = "Begin a record: write a folder with examples that are commented out. No database is needed."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path, help="the new folder")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        folder = folder.expanduser()
        try:
            if folder.is_dir() and any(folder.iterdir()):
                raise CommandError(f"{folder} is not empty; name a folder that does not exist yet.")
            shutil.copytree(TEMPLATE, folder, dirs_exist_ok=True)
        except OSError as error:
            raise CommandError(f"{folder} can't be written: {error.strerror}") from error
        name = shlex.quote(display_path(folder))
        self.stdout.write(
            f"{folder} is a record without pages. What to do next:\n"
            f"  1. Start it, empty as it is:       make run RECORD={name}\n"
            f"  2. Enter the first page:           edit {name}/example-page.yaml\n"
            f"  3. Check what you have written:    .venv/bin/python manage.py load_pledges --check {name}\n"
            f"  4. Load it, also while it runs:    .venv/bin/python manage.py load_pledges {name}\n"
            "docs/own-record.md explains each step."
        )
