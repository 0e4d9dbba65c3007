"""The declaration of a pledge's columns, and what follows from it."""

from pledges.exports.data_package.tables import TABLES
from pledges.exports.flat_pledges import KEYS
from pledges.importer.pledge_entry import FIELDS
from pledges.models import Pledge
from pledges.models.pledge_columns import FROM_TRIGGERS, NOT_EXPORTED, NOT_LOADED, exported_fields, loaded_fields


def test_declared_columns_are_columns_of_the_model() -> None:
    columns = {field.column for field in Pledge._meta.concrete_fields}
    assert set(NOT_LOADED) | set(NOT_EXPORTED) <= columns


def test_every_field_of_a_file_is_loaded() -> None:
    # A file may repeat what an export says of the verdict and the amounts; that is ignored.
    ignored = {"ref", "amount", "amount_max", "status", "status_since", "last_checked_on"}
    columns = {field.name for field in Pledge._meta.concrete_fields}
    assert set(FIELDS) & columns - ignored == {field.name for field in loaded_fields(Pledge)} - {"statement", "state"}


def test_every_field_of_a_file_is_exported() -> None:
    forgotten = set(FIELDS) - set(KEYS)
    assert not forgotten, f"pledges.exports.flat_pledges.KEYS lacks {forgotten}; a reload would blank them"


def test_exports_have_every_loaded_column() -> None:
    loaded = {field.name for field in loaded_fields(Pledge)} - {"state"}
    assert loaded <= {field.name for field in exported_fields(Pledge)}
    assert loaded - {"statement"} <= set(KEYS)
    assert loaded <= set(TABLES["pledges"].columns)


def test_columns_of_triggers_are_not_editable() -> None:
    assert not [field.name for field in Pledge._meta.concrete_fields if field.name in FROM_TRIGGERS and field.editable]
