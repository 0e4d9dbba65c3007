"""The rows that a new database starts with: topics, units, metrics, districts and roles."""

from django.conf import settings
from django.core import serializers
from django.db import transaction

FIXTURES = ("topics", "dimensions", "units", "metrics", "districts", "roles")  # each may name rows of those before it


@transaction.atomic
def load_missing() -> int:
    """Load those rows of the fixtures that are missing; returns how many.

    `loaddata` would overwrite every row on each start, and with it what editors changed since.
    """
    missing = 0
    for name in FIXTURES:
        text = (settings.BASE_DIR / "fixtures" / f"{name}.yaml").read_text(encoding="utf-8")
        for row in serializers.deserialize("yaml", text):
            if not type(row.object)._meta.base_manager.filter(pk=row.object.pk).exists():
                row.save()
                missing += 1
    return missing
