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
        # One statement for all rows that a bulk write touches.
        pghistory.InsertEvent(level=pgtrigger.Statement),
        pghistory.UpdateEvent(level=pgtrigger.Statement),
        pghistory.DeleteEvent(level=pgtrigger.Statement),
        exclude=list(exclude),
        obj_field=pghistory.ObjForeignKey(related_name="events"),
        # In the row itself: a table of its own would be written to at every change.
        context_field=pghistory.ContextJSONField(),
        context_id_field=None,  # type: ignore[arg-type]  # documented so
        append_only=True,
    )
