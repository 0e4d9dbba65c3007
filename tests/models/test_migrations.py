"""Migrations start with version 0.4; databases of earlier versions are rejected."""

from importlib import import_module

import pytest
from django.apps import apps
from django.core.management.base import CommandError
from django.db import connection

INITIAL = import_module("pledges.migrations.0001_functions")


def test_database_of_version_0_3_is_rejected_with_advice(db: None) -> None:
    """A database of version 0.3 has the tables, but none of the current migrations, so the first migration runs."""
    with connection.schema_editor() as schema_editor, pytest.raises(CommandError, match="Begin anew with an empty"):
        INITIAL.reject_older_database(apps, schema_editor)
