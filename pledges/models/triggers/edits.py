"""Triggers that mark the fields that editors have changed, so that a later load does not overwrite them."""

from collections.abc import Sequence

import pgtrigger
from django.db import models


class MarkEdits(pgtrigger.Trigger):
    """Add the fields that are changed outside a load to `edited_fields` of the row.

    All columns of the model are watched, also future ones, except those in `not_loaded`. The loader and migrations set
    `duixian.loading`.
    """

    name = "mark_edits"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update

    def __init__(self, *, not_loaded: Sequence[str]) -> None:
        super().__init__()
        self.not_loaded = not_loaded

    def get_func(self, model: type[models.Model]) -> str:  # type: ignore[override]  # pgtrigger passes the class
        loaded = sorted(
            (f for f in model._meta.concrete_fields if f.column not in self.not_loaded), key=lambda f: f.name
        )
        all_names = ", ".join(f"'{field.name}'" for field in loaded)
        changed = ", ".join(
            f"CASE WHEN NEW.{field.column} IS DISTINCT FROM OLD.{field.column} THEN '{field.name}' END"
            for field in loaded
        )
        return f"""
            IF current_setting('duixian.loading', true) = 'on' THEN
                RETURN NEW;
            END IF;
            IF TG_OP = 'INSERT' THEN
                NEW.edited_fields := ARRAY[{all_names}];
            ELSE
                NEW.edited_fields := ARRAY(
                    SELECT DISTINCT field FROM unnest(OLD.edited_fields || NEW.edited_fields || ARRAY[{changed}]) field
                    WHERE field IS NOT NULL ORDER BY field);
            END IF;
            RETURN NEW;
        """


class MarkForeignKeyEdited(pgtrigger.Trigger):
    """When an editor changes a row, mark the foreign key to it as edited in the rows that refer to it.

    A load would otherwise restore the old reference. For example, rewording a post counts as an edit of its statements,
    and assigning a statement to another official as an edit of its pledges.
    """

    when = pgtrigger.After
    operation = pgtrigger.Update

    def __init__(self, table: str, field: str, *, on_change_of: tuple[str, ...]) -> None:
        super().__init__(
            name=f"mark_{table}",
            condition=pgtrigger.AnyChange(*on_change_of),
            func=f"""
            IF current_setting('duixian.loading', true) IS DISTINCT FROM 'on' THEN
                UPDATE pledges_{table} SET edited_fields = array_append(edited_fields, '{field}')
                WHERE {field}_id = NEW.id AND NOT '{field}' = ANY(edited_fields);
            END IF;
            RETURN NULL;
            """,
        )
