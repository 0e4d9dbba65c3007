"""The history of rows: what each was at every change, who changed it and through which door.

Triggers write it, so that bulk updates and SQL leave a trace too; nobody can change it afterwards.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

import pghistory
import pgtrigger
from django.db import models

Model = TypeVar("Model", bound=type[models.Model])


def tracked(*, exclude: Sequence[str]) -> Callable[[Model], Model]:
    """Keep the history of a model, except for fields that follow from others."""
    return pghistory.track(  # type: ignore[no-any-return]
        # One statement for all rows that are added or deleted at once. Updates go row by row: what has changed is
        # found by joining old and new rows otherwise, and a plan made for no rows then serves for many.
        pghistory.InsertEvent(level=pgtrigger.Statement),
        pghistory.UpdateEvent(level=pgtrigger.Row),
        pghistory.DeleteEvent(level=pgtrigger.Statement),
        exclude=list(exclude),
        obj_field=pghistory.ObjForeignKey(related_name="events"),
        # In the row itself, where it is read without a join.
        context_field=pghistory.ContextJSONField(),
        context_id_field=None,  # type: ignore[arg-type]  # documented so
        append_only=True,
    )
