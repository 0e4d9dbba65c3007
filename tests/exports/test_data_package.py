"""Exported packages pass the official validator and contain all public data, and nothing else."""

import csv
import json
import os
from io import StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from frictionless import validate

from pledges.domain.text import clean_line, clean_name, clean_text
from pledges.exports.data_package import writing
from pledges.exports.data_package.tables import TABLES
from pledges.models import District, Pledge, Post
from pledges.workflow import review
from pledges.workflow.amendments import approve
from pledges.workflow.merge_proposals import propose_merge
from tests.factories import (
    make_amendment,
    make_dimension,
    make_document,
    make_follow_up,
    make_official,
    make_pledge,
    make_post,
    make_record,
    make_statement,
    make_user,
    merge_rows,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def export(place: Path, **options: Any) -> str:
    output = StringIO()
    call_command("export_package", place, stderr=output, **options)
    return output.getvalue()


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def fields(folder: Path, table: str) -> dict[str, Any]:
    descriptor = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    (resource,) = (resource for resource in descriptor["resources"] if resource["name"] == table)
    return {field["name"]: field for field in resource["schema"]["fields"]}


def validation_errors(package: Path) -> list[str]:
    """The types of the errors that the official validator reports."""
    report = validate(package if package.is_file() else package / "datapackage.json")
    assert [task.name for task in report.tasks] == list(TABLES)
    return [error.type for task in report.tasks for error in task.errors]


def test_package_of_sample_is_valid_and_fills_each_table(tmp_path: Path) -> None:
    call_command("load_sample", stdout=StringIO())
    pledge = Pledge.objects.exclude(current_follow_up=None).order_by("ref")[0]
    make_amendment(pledge, success_criterion="全年数达到目标")
    merge_rows(make_official("旧人"), pledge.statement.speaker)
    output = export(tmp_path / "package")
    assert output == f"20 pledges, 11 follow-ups and the tables that they refer to exported to {tmp_path / 'package'}\n"
    assert validation_errors(tmp_path / "package") == []
    for table in TABLES:
        assert rows(tmp_path / "package", table), table


def test_package_of_empty_record_is_valid(tmp_path: Path) -> None:
    export(tmp_path / "package")
    assert validation_errors(tmp_path / "package") == []
    assert rows(tmp_path / "package", "pledges") == []


def test_row_has_all_columns_of_pledge(tmp_path: Path) -> None:
    record = make_record()
    Pledge.objects.filter(pk=record.schools.pk).update(supersedes=["yl-2025-001"])
    export(tmp_path / "package")
    *_, schools = rows(tmp_path / "package", "pledges")
    assert schools == {
        "ref": "yl-2026-001",
        "statement": str(record.schools.statement_id),
        "quote": "到明年5月底前建成两所学校",
        "district": "shanyin",
        "metric": "schools-built",
        "label": "学校数",
        "measure": "total",
        "compared_with": "",
        "compared_with_district": "",
        "bound": "exact",
        "value": "2",
        "value_max": "",
        "unit": "所",
        "amount": "2",
        "amount_max": "",
        "baseline": "",
        "baseline_year": "",
        "tolerance": "",
        "year": "2026",
        "deadline": "2026-05-31",
        "period": "",
        "strength": "planned",
        "tier": "core",
        "success_criterion": "",
        "supersedes": '["yl-2025-001"]',
        "responsible_bodies": "[]",
        "note": "",
        "status": "unchecked",
        "status_since": "",
        "last_checked_on": "",
        "on_earlier_target": "false",
        "created_at": record.schools.created_at.isoformat(),
        "updated_at": Pledge.objects.get(pk=record.schools.pk).updated_at.isoformat(),
    }


def test_decimals_are_exact_and_without_exponent(tmp_path: Path) -> None:
    make_pledge(value="0.000001", value_max="123456789012345678.000001", baseline="-10", measure="increase")
    export(tmp_path / "package")
    (row,) = rows(tmp_path / "package", "pledges")
    assert [row[name] for name in ("value", "value_max", "baseline", "amount", "amount_max")] == [
        *("0.000001", "123456789012345678.000001", "-10", "100", "12345678901234567800000100"),
    ]
    assert validation_errors(tmp_path / "package") == []


AWKWARD_TEXT = '=cmd|"/c calc"!A1,\r\n第二行\n\u2028"引号", NaN\t\r;\'\\ 🎉'


def test_booleans_are_true_and_false(tmp_path: Path) -> None:
    make_dimension("money")
    make_dimension("ratio", is_additive=False)
    export(tmp_path / "package")
    assert [row["is_additive"] for row in rows(tmp_path / "package", "dimensions")] == ["true", "false"]
    assert fields(tmp_path / "package", "dimensions")["is_additive"]["type"] == "boolean"
    assert validation_errors(tmp_path / "package") == []


def test_any_text_is_exported_as_it_is_stored(tmp_path: Path) -> None:
    make_record()
    Pledge.objects.update(quote=AWKWARD_TEXT, label=AWKWARD_TEXT, note=AWKWARD_TEXT, success_criterion="NaN")
    District.objects.filter(slug="shanyin").update(name=AWKWARD_TEXT, aliases=[AWKWARD_TEXT, "[]"])
    export(tmp_path / "package")
    for row in rows(tmp_path / "package", "pledges"):
        assert (row["quote"], row["label"], row["note"], row["success_criterion"]) == (
            clean_line(AWKWARD_TEXT),
            clean_line(AWKWARD_TEXT),
            clean_text(AWKWARD_TEXT),
            "NaN",
        )
    aliases = {row["slug"]: json.loads(row["aliases"]) for row in rows(tmp_path / "package", "districts")}
    assert aliases == {"shanyin": [clean_name(AWKWARD_TEXT), "[]"], "yunling": ["云市"], "yunling-etdz": ["经开区"]}
    assert validation_errors(tmp_path / "package") == []


def test_texts_are_escaped_against_formulas_on_request(tmp_path: Path) -> None:
    make_record()
    Pledge.objects.update(note="=1+1")
    export(tmp_path / "package", escape_formulas=True)
    assert {row["note"] for row in rows(tmp_path / "package", "pledges")} == {"'=1+1"}
    descriptor = json.loads((tmp_path / "package" / "datapackage.json").read_text(encoding="utf-8"))
    assert "apostrophe" in descriptor["description"]
    assert validation_errors(tmp_path / "package") == []


def test_unpublished_data_is_absent_from_all_files(tmp_path: Path) -> None:
    hidden = make_statement(
        document=make_document("hidden-page", title="密页", publisher="密报"),
        official=make_official("任我行"),
        post=make_post("黑木崖教主"),
    )
    earlier = make_pledge("yl-hidden", state="draft", statement=hidden)
    make_pledge("yl-hidden-too", state="retracted", statement=make_statement(official=make_official("向问天")))
    follow_up = make_follow_up(make_pledge("yl-2", supersedes=earlier), evidence=True, state="draft")
    follow_up.evidence.update(statement=hidden, url="", title="")
    for waiting in ("submitted", "returned"):
        make_follow_up(make_pledge(f"yl-{waiting}"), state=waiting, summary="未公开")
    export(tmp_path / "package")
    everything = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "package").iterdir())
    for word in ("hidden", "密", "任我行", "向问天", "黑木崖", "未公开", "全文不公开"):
        assert word not in everything
    assert rows(tmp_path / "package", "evidence") == []
    assert validation_errors(tmp_path / "package") == []


def test_evidence_omits_statement_that_is_not_public(tmp_path: Path) -> None:
    hidden = make_statement(official=make_official("任我行"))
    make_pledge("yl-hidden", state="retracted", statement=hidden)
    follow_up = make_follow_up(state="draft")
    follow_up.evidence.update(statement=hidden, url="", title="会议报道")
    review.submit([follow_up.pk], by=follow_up.author)
    review.approve([follow_up.pk], by=make_user("chief"))
    export(tmp_path / "package")
    (row,) = rows(tmp_path / "package", "evidence")
    assert (row["statement"], row["title"]) == ("", "会议报道")
    assert validation_errors(tmp_path / "package") == []


def test_descriptor_follows_models(tmp_path: Path) -> None:
    export(tmp_path / "package")
    pledges = fields(tmp_path / "package", "pledges")
    assert pledges["bound"] == {
        "name": "bound",
        "type": "string",
        "title": "限定 / qualifier",
        "categories": [
            {"value": "at_least", "label": "至少 / at least"},
            {"value": "at_most", "label": "至多 / at most"},
            {"value": "more_than", "label": "高于 / more than"},
            {"value": "less_than", "label": "低于 / less than"},
            {"value": "about", "label": "约 / about"},
            {"value": "exact", "label": "未加限定 / as stated"},
        ],
        "constraints": {"required": True, "enum": ["at_least", "at_most", "more_than", "less_than", "about", "exact"]},
    }
    assert {name: field["type"] for name, field in pledges.items() if field["type"] != "string"} == {
        "statement": "integer",
        **dict.fromkeys(("value", "value_max", "amount", "amount_max", "baseline", "tolerance"), "number"),
        "baseline_year": "integer",
        "supersedes": "array",
        "responsible_bodies": "array",
        "year": "year",
        **dict.fromkeys(("deadline", "status_since", "last_checked_on"), "date"),
        "on_earlier_target": "boolean",
        **dict.fromkeys(("created_at", "updated_at"), "datetime"),
    }
    assert pledges["supersedes"]["description"].startswith("The references of the earlier pledges")
    evidence = fields(tmp_path / "package", "evidence")
    assert evidence["sha256"].get("constraints") is None
    assert evidence["size"]["type"] == "integer"


def test_descriptor_names_sources_and_no_licence(tmp_path: Path) -> None:
    make_record()
    export(tmp_path / "package")
    descriptor = json.loads((tmp_path / "package" / "datapackage.json").read_text(encoding="utf-8"))
    assert descriptor["sources"] == [
        {"title": "Newspaper pages and other documents", "path": "documents.csv"},
        {"title": "云岭日报"},
    ]
    assert "belong to the newspapers" in descriptor["description"]
    assert "licenses" not in descriptor


def test_repeated_export_has_equal_tables(tmp_path: Path) -> None:
    make_follow_up(make_record().investment, actual=390)
    export(tmp_path / "one")
    export(tmp_path / "two")
    for path in (tmp_path / "one").glob("*.csv"):
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_zip_file_has_same_content_as_folder(tmp_path: Path) -> None:
    make_record()
    export(tmp_path / "package")
    export(tmp_path / "package.zip")
    assert validation_errors(tmp_path / "package.zip") == []
    with ZipFile(tmp_path / "package.zip") as archive:
        assert set(archive.namelist()) == {path.name for path in (tmp_path / "package").iterdir()}
        assert archive.read("pledges.csv") == (tmp_path / "package" / "pledges.csv").read_bytes()


@pytest.mark.parametrize("name", ["package", "package.zip"])
def test_existing_package_is_replaced(tmp_path: Path, name: str) -> None:
    make_pledge("yl-1")
    export(tmp_path / name)
    make_pledge("yl-2")
    assert export(tmp_path / name).startswith("2 pledges, 0 follow-ups ")
    assert validation_errors(tmp_path / name) == []
    assert os.listdir(tmp_path) == [name]  # noqa: PTH208 hidden files count, too


@pytest.mark.parametrize("name", ["package", "package.zip"])
def test_failed_export_leaves_existing_package_unchanged(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_pledge()
    export(tmp_path / name)
    before = contents(tmp_path)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    for module, function in ((writing, "_resource"), (Path, "replace")):
        with monkeypatch.context() as failing:
            failing.setattr(module, function, fail)
            with pytest.raises(CommandError, match="can't be written: No space left on device"):
                export(tmp_path / name)
        assert contents(tmp_path) == before


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", ["notes", "notes.txt", "notes.zip", "folder.zip"])
def test_other_file_or_folder_is_not_overwritten(tmp_path: Path, name: str) -> None:
    make_pledge()
    if name in ("notes", "folder.zip"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "mine.csv").write_text("mine")
    else:
        (tmp_path / name).write_text("mine")
    before = contents(tmp_path)
    with pytest.raises(CommandError, match=r"Nothing was written\."):
        export(tmp_path / name)
    assert contents(tmp_path) == before


def test_other_zip_file_is_not_overwritten(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "photos.zip", "w") as archive:
        archive.writestr("mine.jpg", "mine")
    before = contents(tmp_path)
    with pytest.raises(CommandError, match=r"has mine\.jpg, which is not part of a package\. Nothing was written\."):
        export(tmp_path / "photos.zip")
    assert contents(tmp_path) == before


def test_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    export(tmp_path / "package")
    assert (tmp_path / "package" / "datapackage.json").is_file()


def test_missing_parent_folder_is_reported(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="can't be written: No such file or directory"):
        export(tmp_path / "nowhere" / "package")


def test_package_has_default_permissions_of_folder(tmp_path: Path) -> None:
    (tmp_path / "beside").mkdir()
    export(tmp_path / "package")
    assert (tmp_path / "package").stat().st_mode == (tmp_path / "beside").stat().st_mode


# Fields that are excluded on purpose: primary keys of rows with a natural key, derived values, and private data.
EXCLUDED_FIELDS = {
    "districts": {"id", "search_text"},
    "officials": {"id", "search_text"},
    "bodies": {"id", "search_text"},
    "posts": {"search_text"},
    "documents": {"id", "date_earliest", "text", "search_text", "edited_fields"},
    "statements": {"edited_fields"},
    "topics": {"id"},
    "dimensions": {"id"},
    "metrics": {"id", "search_text"},
    "units": set(),
    "pledges": {
        "id",
        "state",
        "assignee",
        "current_follow_up",
        "last_day",
        "search_text",
        "edited_fields",
        "loaded_from",
    },
    "follow_ups": {
        *("author", "writers", "state", "submitter", "reviewer", "review_note", "approved_alone", "judged_values"),
        *("version", "submitted_at", "created_at", "updated_at", "confirmed_warnings"),
    },
    "evidence": set(),
    "amendments": {
        *("changes", "parted", "proposer", "proposed_at", "state", "reviewer", "review_note"),
        *("approved_alone", "is_applied"),
    },
    "amended_pledges": set(),
    "redirects": {"revision"},
}


@pytest.mark.parametrize("name", list(TABLES))
def test_every_field_is_exported_or_excluded(name: str) -> None:
    model = TABLES[name].rows.model
    columns = {path.partition("__")[0] for path in TABLES[name].columns}
    assert {field.name for field in model._meta.concrete_fields} - columns == EXCLUDED_FIELDS[name]


def test_amendments_have_the_changed_values_of_public_pledges(tmp_path: Path) -> None:
    pledge, other = make_pledge("yl-1"), make_pledge("yl-2")
    for one in (pledge, other):
        make_follow_up(one)
    amendment = make_amendment(pledge, value=380)
    withdrawal = make_amendment(other, state="retracted")
    export(tmp_path / "package")
    listed = rows(tmp_path / "package", "amendments")
    assert [row["id"] for row in listed] == [str(amendment.pk), str(withdrawal.pk)]
    assert (listed[0]["reason"], listed[0]["merges"]) == ("报纸更正", "[]")
    (row,) = rows(tmp_path / "package", "amended_pledges")
    assert (row["amendment"], row["pledge"]) == (str(amendment.pk), "yl-1")
    assert (json.loads(row["values_before"]), json.loads(row["values_after"])) == ({"value": "385"}, {"value": "380"})
    assert validation_errors(tmp_path / "package") == []


def test_redirects_lead_to_rows_of_the_package(tmp_path: Path) -> None:
    official, statement = make_official("乙"), make_statement(official=make_official("甲"))
    make_follow_up(make_pledge("yl-1", statement=statement))
    amendment = propose_merge(statement.speaker, official, reason="同一人", by=make_user("editor"))
    approve(amendment, by=make_user("chief"))
    merge_rows(make_official("密"), make_official("任我行"))
    posts = make_post("区长"), Post.objects.get(statements=statement)
    merge_rows(*posts)
    export(tmp_path / "package")
    redirects = [tuple(row.values())[1:] for row in rows(tmp_path / "package", "redirects")]
    assert redirects == [("official", "甲", "乙"), ("post", str(redirects[1][1]), str(statement.post_id))]
    (row,) = rows(tmp_path / "package", "amendments")
    assert json.loads(row["merges"]) == [{"kind": "official", "old": "甲", "new": "乙"}]
    fields_of_redirects = fields(tmp_path / "package", "redirects")
    assert list(fields_of_redirects) == ["id", "kind", "source", "target"]
    assert fields_of_redirects["kind"]["constraints"]["enum"][0] == "official"
    assert validation_errors(tmp_path / "package") == []
