"""Confirmed rows become submitted follow-ups with their proof, all of them in one transaction."""

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.db import connection, transaction

from pledges.database.batches import batches
from pledges.models import Evidence, FollowUp
from pledges.models.choices import ReviewState
from pledges.spreadsheet_import.preview import AT_ONCE, Preview, preview
from pledges.spreadsheet_import.rows import Figure


class NotAsSeenError(Exception):
    """A file would do something else by now than its editor has agreed to; nothing was written."""

    def __init__(self, found: Preview) -> None:
        super().__init__(found)
        self.found = found


@transaction.atomic
def confirm(content: bytes, *, digest: str, leave_out: bool, by: User) -> int:
    """Write what an editor has seen in the preview of that digest; how many rows there were.

    NotAsSeenError if the preview is another one by now, or has rows with errors that were not to be left out.
    """
    found = preview(content, locking=True)
    if found.digest != digest or not found.correct or (found.wrong and not leave_out):
        raise NotAsSeenError(found)
    return submit(found.correct, by=by)


@transaction.atomic
def submit(figures: Sequence[Figure], *, by: User) -> int:
    """Write correct rows and hand them in for review; how many there were.

    The database holds all its rules on this way too: an IntegrityError, and nothing written, if one is broken.
    """
    with connection.cursor() as cursor:
        # Spares each call of a trigger an error inside, which pgtrigger catches where this is not set.
        cursor.execute("SELECT set_config('pgtrigger.ignore', '{}', true)")
    for some in batches(figures, AT_ONCE):
        drafts = FollowUp.objects.bulk_create(_draft(figure, by) for figure in some)
        Evidence.objects.bulk_create(
            Evidence(
                follow_up=draft,
                url=figure.link,
                title=figure.texts.get("title", ""),
                publisher=figure.texts.get("publisher", ""),
            )
            for draft, figure in zip(drafts, some, strict=True)
            if figure.link
        )
        FollowUp.objects.filter(pk__in=[draft.pk for draft in drafts]).update(state=ReviewState.SUBMITTED)
    return len(figures)


def _draft(figure: Figure, author: User) -> FollowUp:
    return FollowUp(
        pledge_id=figure.pledge,  # type: ignore[misc]  # correct rows have one
        status=figure.status,
        actual=figure.actual,
        unit_id=figure.unit,
        as_of=figure.as_of,
        summary=figure.texts.get("summary", ""),
        reason=figure.texts.get("reason", ""),
        author=author,
    )
