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
from tests.factories import make_follow_up, make_pledge, make_record

pytestmark = pytest.mark.django_db


def exported(**options: object) -> str:
    output = io.StringIO()
    call_command("export_pledges", stdout=output, stderr=io.StringIO(), **options)
    return output.getvalue()


def test_a_line_says_all_of_a_pledge() -> None:
    make_record()
    first, *_ = (json.loads(line) for line in exported().splitlines())
    assert {
        "ref": "yl-2025-001",
        "document": "yunling-daily-1",
        "official": "张三丰",
        "post": "云岭市委副书记、市长",
        "organisation": None,
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
    assert [json.loads(line)["ref"] for line in exported().splitlines()] == ["published"]


def test_an_export_loads_into_an_empty_database_and_exports_identically(tmp_path: Path) -> None:
    make_record()
    Pledge.objects.filter(ref="yl-2025-002").update(
        note="两行\n备注 ", label="  年度  投资", quote='引号"和反斜杠\\、“引号”'
    )
    before = exported()
    for model in (Pledge, Statement, Document, Official, Post):
        model.objects.all().delete()
    path = tmp_path / "export.jsonl"
    path.write_text(before, encoding="utf-8")
    assert load([path]).created == 3
    assert exported() == before


def test_every_loaded_column_survives_export_and_load(tmp_path: Path) -> None:
    is_text = {field.name for field in loaded_fields(Pledge) if isinstance(field, CharField | TextField)}
    has_choices = {field.name for field in loaded_fields(Pledge) if field.choices}
    texts = {name: f"文本 {name}" for name in is_text - has_choices}
    choices = {"measure": "increase", "bound": "about", "strength": "aspired", "tier": "optional"}
    make_pledge("yl-2", supersedes=make_pledge("yl-1"), value_max=400, baseline=300, **choices, **texts)
    columns = {field.attname: field.get_default() for field in loaded_fields(Pledge)}
    before = Pledge.objects.values(*columns).get(ref="yl-2")
    assert [name for name, default in columns.items() if before[name] in (None, "", default)] == []

    (tmp_path / "export.jsonl").write_text(exported(), encoding="utf-8")
    report = load([tmp_path], force=True)

    assert (report.unchanged, report.conflicts) == (2, [])
    assert Pledge.objects.values(*columns).get(ref="yl-2") == before


def test_csv_has_the_same_rows() -> None:
    make_record()
    rows = list(csv.DictReader(io.StringIO(exported(format="csv"))))
    lines = [json.loads(line) for line in exported().splitlines()]
    assert rows == [{key: "" if value is None else str(value) for key, value in line.items()} for line in lines]


def test_a_file_is_replaced_only_when_it_is_whole(tmp_path: Path) -> None:
    make_pledge()
    path = tmp_path / "export.jsonl"
    exported(output=path)
    assert len(path.read_text().splitlines()) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["export.jsonl"]


def test_a_link_keeps_leading_to_its_file(tmp_path: Path) -> None:
    make_pledge()
    (tmp_path / "link").symlink_to("real")
    exported(output=tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert len((tmp_path / "real").read_text().splitlines()) == 1


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    make_pledge()
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    exported(output=tmp_path / "pipe")
    assert json.loads(os.read(reader, 1 << 16))["ref"] == "yl-1"
    os.close(reader)
    assert (tmp_path / "pipe").is_fifo()


def test_a_folder_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="can't be written: No such file or directory"):
        exported(output=tmp_path / "nowhere" / "export.jsonl")


def test_what_a_pledge_supersedes_and_when_it_is_met_can_be_loaded_again(tmp_path: Path) -> None:
    record = make_record()
    Pledge.objects.filter(pk=record.investment.pk).update(supersedes=record.schools, success_criterion="以公报为准。")
    before = exported()
    assert '"success_criterion": "以公报为准。", "supersedes": "yl-2026-001"' in before
    Pledge.objects.update(supersedes=None)
    for model in (Pledge, Statement, Document, Official, Post):
        model.objects.all().delete()
    path = tmp_path / "export.jsonl"
    path.write_text(before, encoding="utf-8")
    load([path])
    assert exported() == before


def test_a_link_to_what_is_not_public_is_not_exported() -> None:
    make_pledge("yl-2", supersedes=make_pledge("yl-1", state="retracted"))
    (line,) = exported().splitlines()
    assert "yl-1" not in line


def test_a_judged_pledge_has_its_status_with_the_days_and_loads_without_it(tmp_path: Path) -> None:
    follow_up = make_follow_up()
    assert follow_up.reviewed_at is not None
    (line,) = exported().splitlines()
    assert {"status": "met", "status_since": "2025-12-31"}.items() <= json.loads(line).items()
    assert json.loads(line)["last_checked_on"] == localdate(follow_up.reviewed_at).isoformat()
    path = tmp_path / "export.jsonl"
    path.write_text(line.replace('"status": "met"', '"status": "missed"'), encoding="utf-8")
    assert load([path]).unchanged == 1
    assert exported() == line + "\n"


@pytest.mark.parametrize("state", ["draft", "submitted", "returned"])
@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_nothing_of_an_unapproved_follow_up_is_exported(state: str, kind: str) -> None:
    pledge = make_pledge()
    before = exported(format=kind)
    make_follow_up(pledge, state=state, summary="未公开")
    assert exported(format=kind) == before
