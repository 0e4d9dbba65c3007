"""The rows that a new database starts with: topics, units, metrics, districts and roles."""

from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Group
from django.core import serializers
from django.db import transaction

FIXTURES = ("topics", "dimensions", "units", "metrics", "districts", "roles")  # each may name rows of those before it


@transaction.atomic
def load_missing() -> int:
    """Load those rows of the fixtures that are missing; returns how many.

    `loaddata` would overwrite every row on each start, and with it what editors changed since.
    """
    return sum(add_missing(settings.BASE_DIR / "fixtures" / f"{name}.yaml") for name in FIXTURES)


def add_missing(fixture: Path) -> int:
    """Load those rows of one fixture that are missing, and what roles that are there lack; returns how many."""
    missing = 0
    for row in serializers.deserialize("yaml", fixture.read_text(encoding="utf-8")):
        if not type(row.object)._meta.base_manager.filter(pk=row.object.pk).exists():
            row.save()
            missing += 1
        elif isinstance(row.object, Group):
            missing += _grant(row.object, (row.m2m_data or {})["permissions"])
    return missing


def _grant(role: Group, permissions: Iterable[int]) -> int:
    """Give a role what it lacks, for a new version has new permissions; what it has beyond them stays."""
    lacking = set(permissions) - set(role.permissions.values_list("pk", flat=True))
    role.permissions.add(*lacking)
    return len(lacking)
