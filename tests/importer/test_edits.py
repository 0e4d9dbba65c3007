"""Loads keep the values that editors have corrected, and report the conflicts."""

from pathlib import Path

import pytest

from pledges.importer.loader import Report, load
from pledges.importer.pledge_entry import FIELDS
from pledges.models import Document, Pledge, Post, Statement
from tests.factories import (
    make_body,
    make_district,
    make_document,
    make_metric,
    make_official,
    make_pledge,
    make_statement,
    make_unit,
)
from tests.importer.pages import PAGE, page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places_metrics_and_units")]


def load_file(path: Path, **options: bool) -> Report:
    return load([path], **options)  # type: ignore[arg-type]


def conflicts(report: Report) -> list[tuple[str, str, str | None, str | None]]:
    return [(conflict.name, conflict.field, conflict.edited, conflict.loaded) for conflict in report.conflicts]


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    path = page(tmp_path)
    load_file(path)
    Pledge.objects.filter(ref="yl-2025-001").update(value=390)
    return path


def test_editors_value_is_kept_and_reported(edited: Path) -> None:
    report = load_file(edited)
    assert conflicts(report) == [("yl-2025-001", "value", "390", "385")]
    assert report.updated == 0
    assert Pledge.objects.get(ref="yl-2025-001").value == 390


EDITS: dict[str, object] = {
    "district": lambda: make_district("other"),
    "metric": lambda: make_metric("other"),
    "unit": lambda: make_unit("万元", factor=10_000),
    "supersedes": lambda: [make_pledge("yl-9").ref],
    "responsible_bodies": lambda: [make_body("财政局").slug],
    "measure": "level",
    "bound": "about",
    "value": 390,
    "value_max": 400,
    "baseline": 300,
    "baseline_year": 2020,
    "compared_with": lambda: make_metric("other"),
    "compared_with_district": lambda: make_district("other"),
    "year": 2024,
    "deadline": "2025-06-30",
    "period": "2021/2025",
    "tolerance": 10,
    "strength": "firm",
    "tier": "optional",
}


# Without these changes of the file, a constraint would reject the edit.
NEEDS = {
    "tolerance": ("bound: exact", "bound: about"),
    "baseline_year": ("measure: total", "measure: increase"),
    "compared_with_district": ("bound: exact", "bound: exact\n        compared_with: 工业总产值"),
}


@pytest.mark.slow
@pytest.mark.parametrize(
    "field", sorted(set(FIELDS) & {field.name for field in Pledge._meta.fields if field.editable} - {"ref"})
)
def test_editors_value_of_any_field_is_kept(tmp_path: Path, field: str) -> None:
    path = page(tmp_path)
    load_file(path)
    edit = EDITS.get(field, "改过")
    edits = {field: edit() if callable(edit) else edit}
    if field in NEEDS:
        path.write_text(path.read_text().replace(*NEEDS[field]))
        load_file(path)
    Pledge.objects.filter(ref="yl-2025-001").update(**edits)
    before = Pledge.objects.values().get(ref="yl-2025-001")
    assert before["edited_fields"] == [field]

    report = load_file(path)

    assert [conflict[:2] for conflict in conflicts(report)] == [("yl-2025-001", field)]
    assert Pledge.objects.values().get(ref="yl-2025-001") == before


def test_other_fields_of_an_edited_pledge_are_updated(edited: Path) -> None:
    page(edited.parent, PAGE.replace("strength: planned", "strength: firm"))
    report = load_file(edited)
    assert (report.updated, len(report.conflicts)) == (1, 1)
    pledge = Pledge.objects.get(ref="yl-2025-001")
    assert (pledge.value, pledge.strength) == (390, "firm")


def test_force_overwrites_an_edit_and_clears_it(edited: Path) -> None:
    report = load_file(edited, force=True)
    assert (report.updated, report.conflicts) == (1, [])
    pledge = Pledge.objects.get(ref="yl-2025-001")
    assert (pledge.value, pledge.edited_fields) == (385, [])
    assert load_file(edited).conflicts == []


def test_edit_is_cleared_when_the_file_agrees(edited: Path) -> None:
    page(edited.parent, PAGE.replace("value: 385", "value: 390"))
    report = load_file(edited)
    assert (report.updated, report.unchanged, report.conflicts) == (0, 2, [])
    page(edited.parent, PAGE.replace("value: 385", "value: 400"))
    assert load_file(edited).updated == 1


def test_conflict_shows_a_referenced_row_by_its_slug(edited: Path) -> None:
    Pledge.objects.filter(ref="yl-2025-001").update(district=Pledge.objects.get(ref="yl-2025-002").district)
    assert ("yl-2025-001", "district", "shanyin", "yunling") in conflicts(load_file(edited))


def test_edits_of_documents_and_statements_are_kept(edited: Path) -> None:
    Document.objects.update(title="云岭晚报")
    Statement.objects.update(headline="改过的标题")
    assert {conflict[1:] for conflict in conflicts(load_file(edited))} == {
        ("title", "云岭晚报", "云岭日报 1 版"),
        ("headline", "改过的标题", "说到做到"),
        ("value", "390", "385"),
    }


def test_pledge_retracted_by_an_editor_stays_retracted(edited: Path) -> None:
    Pledge.objects.filter(ref="yl-2025-002").update(state="retracted")
    assert ("yl-2025-002", "state", "retracted", "published") in conflicts(load_file(edited))
    assert Pledge.objects.get(ref="yl-2025-002").state == "retracted"


def test_force_does_not_publish_a_pledge_retracted_by_an_editor(edited: Path) -> None:
    Pledge.objects.filter(ref="yl-2025-002").update(state="retracted")
    assert ("yl-2025-002", "state", "retracted", "published") in conflicts(load_file(edited, force=True))
    assert Pledge.objects.get(ref="yl-2025-002").state == "retracted"


def test_post_reworded_by_an_editor_is_kept(edited: Path) -> None:
    Post.objects.update(title="云岭市市长（更正）")
    (found,) = (conflict for conflict in conflicts(load_file(edited)) if conflict[1] == "post")
    assert found[2:] == ("云岭市市长（更正） · 云岭市", "云岭市委副书记、市长 · 云岭市")
    assert Post.objects.get(statements__isnull=False).title == "云岭市市长（更正）"


def test_statement_moved_to_another_official_by_an_editor_is_kept(edited: Path) -> None:
    Statement.objects.update(official=make_official("王重阳"))
    found = conflicts(load_file(edited))
    assert (
        "yl-2025-002",
        "statement",
        "yunling-daily-1 王重阳 · 云岭市委副书记、市长",
        "yunling-daily-1 张三丰 · 云岭市委副书记、市长",
    ) in found
    assert set(Pledge.objects.values_list("statement__official__name", flat=True)) == {"王重阳"}


def test_pledge_moved_to_another_page_by_an_editor_is_kept(edited: Path) -> None:
    other = make_statement(document=make_document("yunling-daily-9"), post=Post.objects.get())
    Pledge.objects.filter(ref="yl-2025-002").update(statement=other)
    assert "statement" in {conflict[1] for conflict in conflicts(load_file(edited))}
    assert Pledge.objects.get(ref="yl-2025-002").statement == other


def test_page_text_changed_by_an_editor_is_kept(edited: Path) -> None:
    (edited.parent / "yunling-daily-1.txt").write_text("年度计划投资385亿元，产值增长25.62%左右")
    load([edited], texts=edited.parent)
    Document.objects.update(text="更正")
    load([edited], texts=edited.parent)
    assert Document.objects.get().text == "更正"


def test_pledge_entered_by_an_editor_is_not_overwritten(edited: Path) -> None:
    Pledge.objects.filter(ref="yl-2025-002").delete()
    pledge = Pledge.objects.get(ref="yl-2025-001")
    pledge.pk, pledge.ref, pledge.quote = None, "yl-2025-002", "另一句话"
    pledge.save()
    assert ("yl-2025-002", "quote", "另一句话", "产值增长25.62%左右") in conflicts(load_file(edited))
    assert Pledge.objects.get(ref="yl-2025-002").quote == "另一句话"
