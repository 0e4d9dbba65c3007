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


# By table and column: an invalid value, and the error of the validator.
INVALID = {
    ("pledges", "district"): ("nowhere", "foreign-key"),
    ("pledges", "statement"): ("0", "foreign-key"),
    ("pledges", "unit"): ("亿", "foreign-key"),
    ("pledges", "supersedes"): ("yl-0", "type-error"),
    ("follow_ups", "pledge"): ("yl-0", "foreign-key"),
    ("evidence", "follow_up"): ("0", "foreign-key"),
    ("statements", "official"): ("东方不败", "foreign-key"),
    ("metrics", "topic"): ("magic", "foreign-key"),
    ("pledges", "status"): ("kept", "constraint-error"),
    ("pledges", "ref"): ("yl 1", "constraint-error"),
    ("pledges", "quote"): ("", "constraint-error"),
    ("pledges", "value"): ("38,5", "type-error"),
    ("pledges", "deadline"): ("2025-02-30", "type-error"),
    ("pledges", "year"): ("twenty", "type-error"),
    ("documents", "date"): ("2025-13", "constraint-error"),
    ("districts", "code"): ("15/010", "constraint-error"),
    ("districts", "aliases"): ("云市", "type-error"),
}


def write_rows(package: Path, table: str, changed: list[dict[str, str]]) -> None:
    with (package / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, changed[0])
        writer.writeheader()
        writer.writerows(changed)


def test_validator_finds_invalid_values(exported: Path, tmp_path: Path) -> None:
    """A validation takes a second, so all values are wrong in one package."""
    package = copytree(exported, tmp_path / "package")
    for table in {table for table, _column in INVALID}:
        changed = rows(package, table)
        for (of_table, column), (wrong, _error) in INVALID.items():
            if of_table == table:
                changed[0][column] = wrong
        write_rows(package, table, changed)
    report = validate(package / "datapackage.json")
    found = set()
    for task in report.tasks:
        for error in task.errors:
            details = error.to_dict()
            columns = details.get("fieldNames") or [details.get("fieldName")]
            found |= {(task.name, column, error.type) for column in columns}
    assert {(*place, error) for place, (_wrong, error) in INVALID.items()} - found == set()


def test_changed_file_fails_hash_check(exported: Path, tmp_path: Path) -> None:
    package = copytree(exported, tmp_path / "package")
    with (package / "topics.csv").open("a", encoding="utf-8", newline="") as file:
        file.write("magic,魔法,\r\n")
    assert validation_errors(package) == ["hash-count", "byte-count"]
