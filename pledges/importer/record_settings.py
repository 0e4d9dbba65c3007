"""Store the settings of the record, which rules of the database follow."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from pledges.importer import record_file
from pledges.importer.file_problems import FileProblem
from pledges.lookups.wording import display_path
from pledges.models import RecordSettings


def store(paths: Sequence[Path], files: Sequence[Path]) -> Iterator[FileProblem]:
    """Store the settings of the program if these paths or files are those of its record.

    Yield a problem for each file `record.yaml` of another record, if its settings differ.
    """
    for file in files:
        try:
            found = record_file.read(file.parent)
        except ImproperlyConfigured as error:
            yield FileProblem(display_path(file), 0, str(error))
            continue
        if found != settings.RECORD_SETTINGS:
            message = f"other settings than those of the record that runs; start it with RECORD={file.parent}"
            yield FileProblem(display_path(file), 0, message)
            return
    record = settings.RECORD and settings.RECORD.resolve()
    if files or any(path.resolve() == record for path in paths):
        RecordSettings.objects.adopt()
