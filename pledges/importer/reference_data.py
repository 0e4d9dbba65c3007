"""The rows that a new database starts with: topics, units, metrics, districts and roles."""

from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import yaml
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core import serializers
from django.db import transaction

from pledges.models import Redirect

FIXTURES = ("topics", "dimensions", "units", "metrics", "districts", "roles")  # in the order of their foreign keys


@transaction.atomic
def load_missing() -> int:
    """Load the missing rows of all fixtures; return their number.

    `loaddata` would instead overwrite existing rows on each start, and with them the changes of editors.
    """
    return sum(add_missing(settings.BASE_DIR / "fixtures" / f"{name}.yaml") for name in FIXTURES)


def add_missing(fixture: Path) -> int:
    """Load the missing rows of one fixture, and missing permissions of existing roles. Return the sum of both."""
    added = 0
    rows = yaml.load(fixture.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)  # ten times as fast as `safe_load`
    for label, entries in groupby(rows, itemgetter("model")):
        present = set(Redirect.objects.targets(label.removeprefix("pledges.")))
        present |= set(apps.get_model(label)._meta.base_manager.values_list(_key_field(label), flat=True))
        for entry in entries:
            if _key(entry) not in present:
                (row,) = serializers.deserialize("python", [entry])
                row.save(force_insert=True)
                added += 1
            elif label == "auth.group":
                added += _grant(Group.objects.get(name=_key(entry)), entry["fields"]["permissions"])
    return added


def _key_field(label: str) -> str:
    return {"auth.group": "name", "pledges.unit": "symbol"}.get(label, "slug")


def _key(entry: dict[str, Any]) -> str:
    return str(entry.get("pk") or entry["fields"][_key_field(entry["model"])])


def _grant(role: Group, permissions: list[list[str]]) -> int:
    """Add missing permissions to a role, because a new version can have more of them. Return the number added."""
    granted = role.permissions.values_list("codename", "content_type__app_label", "content_type__model")
    lacking = {tuple(key) for key in permissions} - set(granted)
    role.permissions.add(*(Permission.objects.get_by_natural_key(*key) for key in lacking))
    return len(lacking)
