"""The lists of pledge columns that are loaded and exported agree with the model, the importer and the exports."""

from pledges.exports.data_package.tables import TABLES
from pledges.exports.flat_pledges import KEYS
from pledges.importer.pledge_entry import FIELDS
from pledges.models import Pledge
from pledges.models.pledge_columns import FROM_TRIGGERS, NOT_EXPORTED, NOT_LOADED, exported_fields, loaded_fields


def test_excluded_columns_exist_in_model() -> None:
    columns = {field.column for field in Pledge._meta.concrete_fields}
    assert set(NOT_LOADED) | set(NOT_EXPORTED) <= columns


def test_file_field_that_is_a_column_is_loaded() -> None:
    # The importer accepts and ignores these: the exports write them, and the database computes them.
    ignored = {"ref", "amount", "amount_max", "status", "status_since", "last_checked_on", "on_earlier_target"}
    columns = {field.name for field in Pledge._meta.concrete_fields}
    assert set(FIELDS) & columns - ignored == {field.name for field in loaded_fields(Pledge)} - {"statement", "state"}


def test_file_field_is_exported() -> None:
    missing = set(FIELDS) - set(KEYS)
    assert not missing, f"pledges.exports.flat_pledges.KEYS lacks {missing}; loading an export would clear them"


def test_loaded_column_is_in_all_exports() -> None:
    loaded = {field.name for field in loaded_fields(Pledge)} - {"state"}
    assert loaded <= {field.name for field in exported_fields(Pledge)}
    assert loaded - {"statement"} <= set(KEYS)
    assert loaded <= set(TABLES["pledges"].columns)


def test_column_computed_by_trigger_is_not_editable() -> None:
    editable = [field.name for field in Pledge._meta.concrete_fields if field.name in FROM_TRIGGERS and field.editable]
    assert editable == []
