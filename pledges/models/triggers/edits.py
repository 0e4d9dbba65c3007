"""Record which fields hold an editor's value, so that a later load does not overwrite them."""

import pgtrigger

# What a seed says of a pledge, and so what an editor can correct afterwards.
LOADED_COLUMNS = (
    "statement_id",
    "district_id",
    "metric_id",
    "unit_id",
    "label",
    "quote",
    "year",
    "deadline",
    "value",
    "value_max",
    "bound",
    "measure",
    "baseline",
    "strength",
    "tier",
    "success_criterion",
    "supersedes_id",
    "note",
    "state",
)


class MarkEdits(pgtrigger.Trigger):
    """Note which fields hold an editor's value, so that a later load does not overwrite them."""

    name = "mark_edits"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update

    def __init__(self, columns: tuple[str, ...]) -> None:
        every = ", ".join(f"'{column.removesuffix('_id')}'" for column in columns)
        changed = ", ".join(
            f"CASE WHEN NEW.{column} IS DISTINCT FROM OLD.{column} THEN '{column.removesuffix('_id')}' END"
            for column in columns
        )
        super().__init__(
            func=f"""
            IF current_setting('duixian.loading', true) = 'on' THEN
                RETURN NEW;
            END IF;
            IF TG_OP = 'INSERT' THEN
                NEW.edited_fields := ARRAY[{every}];
            ELSE
                NEW.edited_fields := ARRAY(
                    SELECT DISTINCT field FROM unnest(OLD.edited_fields || NEW.edited_fields || ARRAY[{changed}]) field
                    WHERE field IS NOT NULL ORDER BY field);
            END IF;
            RETURN NEW;
            """
        )


class MarkEditBelow(pgtrigger.Trigger):
    """Mark a foreign key as edited in the rows that refer to a row which an editor changed.

    A load would otherwise restore it: a reworded post counts as an edit of its statements, a statement that is given to
    another official as an edit of its pledges.
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
