"""Load the reference data of `fixtures/`, which every record can use."""

from django.conf import settings
from django.db import connection, transaction

from pledges.importer.file_problems import FileProblems
from pledges.importer.reference.currency import use_currency
from pledges.importer.reference.files import is_reference_file
from pledges.importer.reference.merge import ReferenceReport, merge
from pledges.importer.reference.validation import ReferenceRows


@transaction.atomic
def load_shipped() -> ReferenceReport:
    """Add missing rows, and update those that changed since an earlier version. Values of editors are kept."""
    problems = FileProblems()
    rows = ReferenceRows(is_shipped=True)
    paths = sorted((settings.BASE_DIR / "fixtures").iterdir())
    rows.read(filter(is_reference_file, paths), problems)
    use_currency(rows, settings.RECORD_SETTINGS, problems)
    problems.raise_if_any()
    with connection.cursor() as cursor:
        # pgtrigger catches an error in each trigger call while this setting is undefined, which is slow.
        cursor.execute("SELECT set_config('pgtrigger.ignore', '{}', true)")
        return merge(cursor, rows)
