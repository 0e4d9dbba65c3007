"""The official validator finds what was changed in an exported package."""

import csv
from pathlib import Path
from shutil import copytree

import pytest
from frictionless import validate

from tests.exports.test_data_package import export, rows, validation_errors
from tests.factories import Record, make_follow_up

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def exported(module_record: Record, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a package that is valid before a test changes its copy of it."""
    make_follow_up(module_record.investment, actual=390)
    package = tmp_path_factory.mktemp("exports") / "package"
    export(package)
    assert validation_errors(package) == []
    return package


INVALID_VALUES = [
    ("pledges", "district", "nowhere", "foreign-key"),
    ("pledges", "statement", "0", "foreign-key"),
    ("pledges", "unit", "亿", "foreign-key"),
    ("pledges", "supersedes", "yl-0", "type-error"),
    ("follow_ups", "pledge", "yl-0", "foreign-key"),
    ("evidence", "follow_up", "0", "foreign-key"),
    ("statements", "official", "东方不败", "foreign-key"),
    ("metrics", "topic", "magic", "foreign-key"),
    ("pledges", "status", "kept", "constraint-error"),
    ("pledges", "ref", "yl 1", "constraint-error"),
    ("pledges", "quote", "", "constraint-error"),
    ("pledges", "value", "38,5", "type-error"),
    ("pledges", "deadline", "2025-02-30", "type-error"),
    ("pledges", "year", "twenty", "type-error"),
    ("documents", "date", "2025-13", "constraint-error"),
    ("districts", "code", "15010", "constraint-error"),
    ("districts", "aliases", "云市", "type-error"),
]


def test_validator_finds_each_invalid_value(exported: Path, tmp_path: Path) -> None:
    package = copytree(exported, tmp_path / "package")
    for table in {table for table, *_ in INVALID_VALUES}:
        changed = rows(package, table)
        changed[0] |= {column: wrong for of, column, wrong, _ in INVALID_VALUES if of == table}
        with (package / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, changed[0])
            writer.writeheader()
            writer.writerows(changed)
    found = {
        (task.name, column, error.type)
        for task in validate(package / "datapackage.json").tasks
        for error in task.errors
        for column in getattr(error, "field_names", None) or [getattr(error, "field_name", "")]
    }
    assert {(table, column, error) for table, column, _, error in INVALID_VALUES} <= found


def test_changed_file_fails_hash_check(exported: Path, tmp_path: Path) -> None:
    package = copytree(exported, tmp_path / "package")
    with (package / "topics.csv").open("a", encoding="utf-8", newline="") as file:
        file.write("magic,魔法,\r\n")
    assert validation_errors(package) == ["hash-count", "byte-count"]
