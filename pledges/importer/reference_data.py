"""The rows that a new database starts with: topics, units, metrics, districts and roles."""

from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Group
from django.core import serializers
from django.db import transaction

FIXTURES = ("topics", "dimensions", "units", "metrics", "districts", "roles")  # in the order of their foreign keys


@transaction.atomic
def load_missing() -> int:
    """Load the missing rows of all fixtures; return their number.

    `loaddata` would instead overwrite existing rows on each start, and with them the changes of editors.
    """
    return sum(add_missing(settings.BASE_DIR / "fixtures" / f"{name}.yaml") for name in FIXTURES)


def add_missing(fixture: Path) -> int:
    """Load the missing rows of one fixture, and missing permissions of existing roles. Return the sum of both."""
    missing = 0
    for row in serializers.deserialize("yaml", fixture.read_text(encoding="utf-8")):
        if not type(row.object)._meta.base_manager.filter(pk=row.object.pk).exists():
            row.save()
            missing += 1
        elif isinstance(row.object, Group):
            missing += _grant(row.object, (row.m2m_data or {})["permissions"])
    return missing


def _grant(role: Group, permissions: Iterable[int]) -> int:
    """Add missing permissions to a role, because a new version can have more of them. Return the number added."""
    lacking = set(permissions) - set(role.permissions.values_list("pk", flat=True))
    role.permissions.add(*lacking)
    return len(lacking)
