import csv
import io
import json
import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db.models import CharField, TextField
from django.utils.timezone import localdate

from pledges.importer.loader import load
from pledges.models import Document, Official, Pledge, Post, Statement
from pledges.models.pledge_columns import loaded_fields
from tests.factories import (
    make_amendment,
    make_body,
    make_district,
    make_follow_up,
    make_metric,
    make_pledge,
    make_record,
    make_unit,
)

pytestmark = pytest.mark.django_db


def export(**options: object) -> str:
    output = io.StringIO()
    call_command("export_pledges", stdout=output, stderr=io.StringIO(), **options)
    return output.getvalue()


def test_line_has_pledge_with_context() -> None:
    make_record()
    first, *_ = (json.loads(line) for line in export().splitlines())
    assert {
        "ref": "yl-2025-001",
        "document": "yunling-daily-1",
        "official": "张三丰",
        "post": "云岭市委副书记、市长",
        "organisation": None,
        "organisation_slug": None,
        "district": "云岭市",
        "district_slug": "yunling",
        "year": 2025,
        "deadline": "2025-12-31",
        "label": "年度投资额",
        "metric": "annual-investment",
        "value": "385",
        "value_max": None,
        "unit": "亿元",
        "amount": "38500000000",
        "base_unit": "元",
        "bound": "at_least",
        "measure": "total",
        "baseline": None,
        "strength": "firm",
        "tier": "core",
        "status": "unchecked",
        "quote": "年度计划投资385亿元",
        "note": None,
    }.items() <= first.items()


def test_drafts_and_retracted_pledges_are_not_exported() -> None:
    for state in ("draft", "published", "retracted"):
        make_pledge(state, state=state)
    assert [json.loads(line)["ref"] for line in export().splitlines()] == ["published"]


def test_export_is_identical_after_load_into_empty_database(tmp_path: Path) -> None:
    make_record()
    Pledge.objects.filter(ref="yl-2025-002").update(
        note="两行\n备注 ", label="  年度  投资", quote='引号"和反斜杠\\、“引号”'
    )
    before = export()
    for model in (Pledge, Statement, Document, Official, Post):
        model.objects.all().delete()
    path = tmp_path / "export.jsonl"
    path.write_text(before, encoding="utf-8")
    assert load([path]).created == 3
    assert export() == before


def test_every_loaded_column_survives_export_and_load(tmp_path: Path) -> None:
    is_text = {field.name for field in loaded_fields(Pledge) if isinstance(field, CharField | TextField)}
    has_choices = {field.name for field in loaded_fields(Pledge) if field.choices}
    texts = {name: f"文本 {name}" for name in is_text - has_choices} | {"period": "2021/2025"}
    choices = {"measure": "increase", "bound": "about", "strength": "aspired", "tier": "optional"}
    figures = {"value_max": 400, "baseline": 300, "baseline_year": 2020, "tolerance": 5}
    other = {
        "unit": make_unit("个百分点", factor=1),
        "compared_with": make_metric("output"),
        "compared_with_district": make_district("china"),
        "responsible_bodies": [make_body().slug],
    }
    make_pledge("yl-2", supersedes=make_pledge("yl-1"), **figures, **other, **choices, **texts)
    columns = {field.attname: field.get_default() for field in loaded_fields(Pledge)}
    before = Pledge.objects.values(*columns).get(ref="yl-2")
    assert [name for name, default in columns.items() if before[name] in (None, "", default)] == []

    (tmp_path / "export.jsonl").write_text(export(), encoding="utf-8")
    report = load([tmp_path], force=True)

    assert (report.unchanged, report.conflicts) == (2, [])
    assert Pledge.objects.values(*columns).get(ref="yl-2") == before


def test_csv_has_same_rows_as_json_lines() -> None:
    make_record()
    rows = list(csv.DictReader(io.StringIO(export(format="csv"))))
    lines = [json.loads(line) for line in export().splitlines()]
    assert rows == [{key: "" if value is None else str(value) for key, value in line.items()} for line in lines]


def test_csv_is_escaped_against_formulas_unless_plain_texts_are_requested() -> None:
    make_pledge(note="=1+1;=2")
    make_pledge("yl-2", note="-5", value=-5, measure="increase")

    def notes(**options: object) -> list[tuple[str, str]]:
        return [(row["note"], row["value"]) for row in csv.DictReader(io.StringIO(export(format="csv", **options)))]

    value = str(Pledge.objects.exclude(ref="yl-2").get().value.normalize())
    assert notes() == [("'=1+1;'=2", value), ("-5", "-5")]
    assert notes(escape_formulas=False) == [("=1+1;=2", value), ("-5", "-5")]
    assert json.loads(export().splitlines()[0])["note"] == "=1+1;=2"


def test_export_to_file_leaves_no_temporary_file(tmp_path: Path) -> None:
    make_pledge()
    path = tmp_path / "export.jsonl"
    export(output=path)
    assert len(path.read_text().splitlines()) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["export.jsonl"]


def test_symbolic_link_is_kept_and_its_target_written(tmp_path: Path) -> None:
    make_pledge()
    (tmp_path / "link").symlink_to("real")
    export(output=tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert len((tmp_path / "real").read_text().splitlines()) == 1


def test_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    make_pledge()
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    export(output=tmp_path / "pipe")
    assert json.loads(os.read(reader, 1 << 16))["ref"] == "yl-1"
    os.close(reader)
    assert (tmp_path / "pipe").is_fifo()


def test_missing_parent_folder_is_reported(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="can't be written: No such file or directory"):
        export(output=tmp_path / "nowhere" / "export.jsonl")


def test_supersedes_and_success_criterion_survive_export_and_load(tmp_path: Path) -> None:
    record = make_record()
    Pledge.objects.filter(pk=record.investment.pk).update(supersedes=["yl-2026-001"], success_criterion="以公报为准。")
    before = export()
    assert '"success_criterion": "以公报为准。", "supersedes": ["yl-2026-001"]' in before
    Pledge.objects.update(supersedes=[])
    for model in (Pledge, Statement, Document, Official, Post):
        model.objects.all().delete()
    path = tmp_path / "export.jsonl"
    path.write_text(before, encoding="utf-8")
    load([path])
    assert export() == before


def test_superseded_pledge_that_is_not_public_is_omitted() -> None:
    make_pledge("yl-2", supersedes=make_pledge("yl-1", state="retracted"))
    (line,) = export().splitlines()
    assert "yl-1" not in line


def test_status_is_exported_with_its_dates_and_ignored_by_load(tmp_path: Path) -> None:
    follow_up = make_follow_up()
    assert follow_up.reviewed_at is not None
    (line,) = export().splitlines()
    assert {"status": "met", "status_since": "2025-12-31"}.items() <= json.loads(line).items()
    assert json.loads(line)["last_checked_on"] == localdate(follow_up.reviewed_at).isoformat()
    path = tmp_path / "export.jsonl"
    path.write_text(line.replace('"status": "met"', '"status": "missed"'), encoding="utf-8")
    assert load([path]).unchanged == 1
    assert export() == line + "\n"


def test_pace_is_exported_and_ignored_by_load(tmp_path: Path) -> None:
    make_follow_up(make_pledge(value=385), "in_progress", actual=100, as_of="2025-06-30")
    make_pledge("yl-2", value=385, label="other")
    assert [json.loads(line)["pace"] for line in export().splitlines()] == ["behind", None]
    file = tmp_path / "record.jsonl"
    file.write_text(export())
    assert load([file]).updated == 0
    make_amendment(Pledge.objects.get(ref="yl-1"), value=200)
    assert [json.loads(line)["pace"] for line in export().splitlines()] == [None, None]


@pytest.mark.parametrize("state", ["draft", "submitted", "returned"])
@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_unapproved_follow_up_does_not_change_export(state: str, kind: str) -> None:
    pledge = make_pledge()
    before = export(format=kind)
    make_follow_up(pledge, state=state, summary="未公开")
    assert export(format=kind) == before
