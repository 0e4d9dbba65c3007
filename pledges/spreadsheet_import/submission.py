"""Write confirmed rows as submitted follow-ups with their evidence, all in one transaction."""

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.db import connection, transaction

from pledges.database.batches import batches
from pledges.models import Evidence, FollowUp
from pledges.models.choices import ReviewState
from pledges.spreadsheet_import.cells import Sheet
from pledges.spreadsheet_import.preview import BATCH_SIZE, Preview, preview
from pledges.spreadsheet_import.rows import ImportRow


class PreviewChangedError(Exception):
    """The rows differ from those that the editor confirmed; nothing was written."""

    def __init__(self, found: Preview) -> None:
        super().__init__(found)
        self.found = found


@transaction.atomic
def confirm(sheet: Sheet, *, digest: str, skip_invalid: bool, accept_held: bool, by: User) -> int:
    """Write the rows of the preview with this digest. Return their number.

    Raises PreviewChangedError if the digest has changed, if no row is valid, if a row is invalid and `skip_invalid` is
    false, or if a row is held and `accept_held` is false.
    """
    found = preview(sheet, locking=True)
    is_unconfirmed = (found.invalid and not skip_invalid) or (found.held and not accept_held)
    if found.digest != digest or not found.valid or is_unconfirmed:
        raise PreviewChangedError(found)
    return submit(found.valid, by=by)


@transaction.atomic
def submit(rows: Sequence[ImportRow], *, by: User) -> int:
    """Write valid rows and submit them for review. Return their number.

    Raise IntegrityError, and write nothing, if they break a rule of the database.
    """
    with connection.cursor() as cursor:
        # pgtrigger catches an error in each trigger call while this setting is undefined, which is slow.
        cursor.execute("SELECT set_config('pgtrigger.ignore', '{}', true)")
    for batch in batches(rows, BATCH_SIZE):
        drafts = FollowUp.objects.bulk_create(_draft(row, by) for row in batch)
        Evidence.objects.bulk_create(
            Evidence(
                follow_up=draft,
                url=row.link,
                title=row.cells.get("title", ""),
                publisher=row.cells.get("publisher", ""),
            )
            for draft, row in zip(drafts, batch, strict=True)
            if row.link
        )
        FollowUp.objects.filter(pk__in=[draft.pk for draft in drafts]).update(state=ReviewState.SUBMITTED)
    return len(rows)


def _draft(row: ImportRow, author: User) -> FollowUp:
    return FollowUp(
        pledge_id=row.pledge,  # type: ignore[misc]  # valid rows have one
        status=row.status,
        actual=row.actual,
        actual_bound=row.actual_bound,
        unit_id=row.unit,
        as_of=row.as_of,
        summary=row.cells.get("summary", ""),
        reason=row.cells.get("reason", ""),
        confirmed_warnings=row.confirmed_warnings,
        supersedes=row.corrected,
        author=author,
    )
