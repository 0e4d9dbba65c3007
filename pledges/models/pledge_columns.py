"""Groups of pledge columns that are exceptions: not loaded from files, not public, without history, or not exported.

Every other column, including a new one, is loaded, public, tracked and exported: the staging table, the importer, the
exports, the Data Package and the triggers derive their lists of columns from these groups, so that a field is added in
the model only. Names are those of the database: `assignee_id`, not `assignee`.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

IDENTITY = ("id", "ref")
FROM_FOLLOW_UPS = ("status", "status_since", "last_checked_on", "current_follow_up_id", "on_earlier_target")
FROM_TRIGGERS = ("amount", "amount_max", "last_day", "search_text", "created_at", "updated_at")
FROM_IMPORTER = ("edited_fields", "loaded_from")
EDITORIAL = ("assignee_id",)

NOT_LOADED = (*IDENTITY, *FROM_FOLLOW_UPS, *FROM_TRIGGERS, *FROM_IMPORTER, *EDITORIAL)
# A change of these columns alone is not logged as a change of the public record.
PRIVATE = (*FROM_IMPORTER, *EDITORIAL)
# The history omits columns that follow from others or are set by every load.
UNTRACKED = (*FROM_TRIGGERS, *FROM_IMPORTER, "current_follow_up", "on_earlier_target")
# The last day follows from deadline and year, and every exported pledge is published.
NOT_EXPORTED = ("id", "last_day", "search_text", "state", "current_follow_up_id", *PRIVATE)


def loaded_fields(pledge: type[models.Model]) -> list[Any]:
    """Return the fields that a file sets, and that an editor may correct afterwards."""
    return fields_except(pledge, NOT_LOADED)


def list_names(pledge: type[models.Model]) -> list[str]:
    """Return the names of the loaded fields that hold lists."""
    return [field.name for field in loaded_fields(pledge) if isinstance(field, ArrayField)]


def exported_fields(pledge: type[models.Model]) -> list[Any]:
    """Return the fields that exports of the public record contain."""
    return fields_except(pledge, NOT_EXPORTED)


def fields_except(model: type[models.Model], columns: Sequence[str]) -> list[Any]:
    """Return the fields of a model in its order, except those stored in the given columns."""
    return [field for field in model._meta.concrete_fields if field.column not in columns]
