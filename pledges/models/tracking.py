"""The history of rows: their values at every change, the user, and the channel (admin, API, command).

Triggers write it, so that bulk updates and plain SQL are recorded too. It is append-only.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

import pghistory
import pgtrigger
from django.db import models

Model = TypeVar("Model", bound=type[models.Model])


def tracked(*, exclude: Sequence[str]) -> Callable[[Model], Model]:
    """Class decorator that records the history of a model; `exclude` names derived fields."""
    return pghistory.track(  # type: ignore[no-any-return]
        # Statement triggers record bulk inserts and deletes at once. Updates are recorded row by row: a statement
        # trigger joins old and new rows, and its cached plan can be made for few rows and then be run for many.
        pghistory.InsertEvent(level=pgtrigger.Statement),
        pghistory.UpdateEvent(level=pgtrigger.Row),
        pghistory.DeleteEvent(level=pgtrigger.Statement),
        exclude=list(exclude),
        obj_field=pghistory.ObjForeignKey(related_name="events"),
        # Stored in the event itself, so that reading it needs no join.
        context_field=pghistory.ContextJSONField(),
        context_id_field=None,  # type: ignore[arg-type]  # the documentation allows None
        append_only=True,
    )
