"""Loading files: rows are created, updated, kept or reported as removed."""

from pathlib import Path

import pytest

from pledges.exports import flat_pledges
from pledges.importer.loader import Report, load
from pledges.lookups.names import RENAMED_METRICS
from pledges.models import Document, Official, Pledge, Post, Statement
from tests.factories import make_follow_up, make_metric
from tests.importer.pages import LINE, PAGE, lines, page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places_metrics_and_units")]


def counts(report: Report) -> tuple[int, int, int]:
    return report.created, report.updated, report.unchanged


def test_page_is_loaded(tmp_path: Path) -> None:
    report = load([page(tmp_path)])
    assert (report.statements, counts(report)) == (1, (2, 0, 0))
    investment, growth = Pledge.objects.order_by("ref")
    assert (investment.district.name, growth.district.name) == ("云岭市", "山阴县")
    assert Post.objects.get(statements=investment.statement).district.name == "云岭市"
    assert (investment.label, growth.label) == ("年度投资额", "工业总产值增速")
    assert {investment.status, growth.status} == {"unchecked"}
    assert {investment.state, growth.state} == {"published"}
    assert investment.amount == 38_500_000_000
    assert investment.edited_fields == []
    assert growth.note == "期限不明。"


def test_second_load_changes_nothing(tmp_path: Path) -> None:
    load([page(tmp_path)])
    before = list(Pledge.objects.order_by("ref").values())
    assert counts(load([page(tmp_path)])) == (0, 0, 2)
    assert list(Pledge.objects.order_by("ref").values()) == before


def test_changed_file_updates_only_the_changed_pledge(tmp_path: Path) -> None:
    load([page(tmp_path)])
    untouched = Pledge.objects.get(ref="yl-2025-002").updated_at
    assert counts(load([page(tmp_path, PAGE.replace("value: 385", "value: 390"))])) == (0, 1, 1)
    assert Pledge.objects.get(ref="yl-2025-001").value == 390
    assert Pledge.objects.get(ref="yl-2025-002").updated_at == untouched


def test_improbable_pledge_is_loaded_with_a_warning(tmp_path: Path) -> None:
    later = {
        "ref": "yl-2026-009",
        "year": 2026,
        "deadline": "2026-12-31",
        "value": "40000",
        "quote": "投资增长40000亿元",
    }
    file = lines(tmp_path, {}, later)
    assert [str(warning).removeprefix(str(file)) for warning in load([file]).warnings] == [
        ":2: yl-2026-009: measure: “增长40000” is a change, but the measure is not one of a change.",
        ":2: yl-2026-009: value: 40000 亿元 is more than 100 times the earlier figures of this place and metric or less"
        " than 1/100 of them (2025: 385 亿元).",
    ]
    assert load([file]).warnings == []  # nothing has changed


def test_changed_headline_post_and_title_are_updated(tmp_path: Path) -> None:
    load([page(tmp_path)])
    changed = (
        PAGE.replace("说到做到", "言出必行").replace("云岭日报 1 版", "云岭日报头版").replace("副书记、市长", "书记")
    )
    report = load([page(tmp_path, changed)])
    assert (counts(report), report.sources_updated) == ((0, 0, 2), 2)
    statement = Statement.objects.get()
    assert (statement.headline, Post.objects.get(statements=statement).title) == ("言出必行", "云岭市委书记")
    assert Document.objects.get().title == "云岭日报头版"


def test_date_of_a_page_and_its_deadlines_move_together(tmp_path: Path) -> None:
    load([page(tmp_path)])
    later = PAGE.replace("date: 2025-01", "date: 2026-01").replace("2025-12-31", "2026-12-31")
    load([page(tmp_path, later.replace("year: 2025", "year: 2026"))])
    assert str(Pledge.objects.get(ref="yl-2025-001").deadline) == "2026-12-31"


def test_status_is_kept_by_a_load(tmp_path: Path) -> None:
    load([page(tmp_path)])
    make_follow_up(Pledge.objects.get(ref="yl-2025-001"), "in_progress")
    load([page(tmp_path, PAGE.replace("strength: planned", "strength: firm"))])
    pledge = Pledge.objects.get(ref="yl-2025-001")
    assert (pledge.status, pledge.strength) == ("in_progress", "firm")


def test_load_with_check_writes_nothing(tmp_path: Path) -> None:
    assert counts(load([page(tmp_path)], check=True)) == (2, 0, 0)
    for model in (Pledge, Statement, Document, Official, Post):
        assert not model.objects.exists()


def test_json_lines_and_yaml_are_equivalent(tmp_path: Path) -> None:
    load([page(tmp_path)])
    report = load([lines(tmp_path, {"document_title": "云岭日报 1 版", "headline": "说到做到"})])
    assert counts(report) == (0, 0, 1)


@pytest.mark.parametrize(
    ("written", "value"),
    [("３８５", "385"), ("25.62", "25.62"), ("-3", "-3"), ("\u22123", "-3"), (385, "385"), (25.62, "25.62")],
)
def test_numbers_are_read_exactly(tmp_path: Path, written: object, value: str) -> None:
    load([lines(tmp_path, {"value": written, "measure": "increase"})])
    assert str(Pledge.objects.get().value.normalize()) == value


@pytest.mark.parametrize(
    "written", ["2025-12-31", "2025/12/31", "2025.12.31", "2025年12月31日", "２０２５年１２月３１日"]
)
def test_day_is_read_in_each_spelling(tmp_path: Path, written: str) -> None:
    load([lines(tmp_path, {"deadline": written, "document_date": written})])
    pledge = Pledge.objects.select_related("statement__document").get()
    assert (str(pledge.deadline), pledge.statement.document.date) == ("2025-12-31", "2025-12-31")


def test_district_is_found_by_name_slug_code_and_alias(tmp_path: Path) -> None:
    names = ("云岭市", "yunling", "990100", "云市")
    load([lines(tmp_path, *({"ref": f"yl-{number}", "district": name} for number, name in enumerate(names)))])
    assert set(Pledge.objects.values_list("district__slug", flat=True)) == {"yunling"}


@pytest.mark.parametrize("in_the_database", [0, 1])
@pytest.mark.parametrize(("slug", "spellings"), RENAMED_METRICS.items())
def test_renamed_metric_resolves_by_both_names(
    tmp_path: Path, slug: str, spellings: tuple[str, str], in_the_database: int
) -> None:
    make_metric(slug, name=spellings[in_the_database])
    load([lines(tmp_path, *({"ref": f"yl-{number}", "metric": name} for number, name in enumerate(spellings)))])
    assert list(Pledge.objects.values_list("metric__slug", flat=True)) == [slug, slug]


def test_officials_of_the_same_name_are_distinguished_by_slug(tmp_path: Path) -> None:
    load([lines(tmp_path, {}, {"ref": "yl-2", "official_slug": "张三丰-山阴"})])
    assert list(Official.objects.values_list("slug", "name")) == [("张三丰", "张三丰"), ("张三丰-山阴", "张三丰")]


@pytest.mark.parametrize(
    ("name", "slug"), [("阿不都·热合曼", "阿不都·热合曼"), ("John Smith", "John-Smith"), ("张三/李四", "张三-李四")]
)
def test_slug_of_any_name_can_be_loaded_again(tmp_path: Path, name: str, slug: str) -> None:
    load([lines(tmp_path, {"official": name})])
    assert Official.objects.get().slug == slug
    assert counts(load([lines(tmp_path, {"official": name, "official_slug": slug})])) == (0, 0, 1)


def test_byte_order_mark_is_accepted(tmp_path: Path) -> None:
    for path in (page(tmp_path), lines(tmp_path, {"document_title": "云岭日报 1 版", "headline": "说到做到"})):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
        assert load([path]).pledges > 0


def test_page_text_is_stored(tmp_path: Path) -> None:
    (tmp_path / "yunling-daily-1.txt").write_text("他说，年度计划投资\n 385亿元。产值增长25.62\n%左右。")
    load([page(tmp_path)], texts=tmp_path)
    assert "385亿元" in Document.objects.get().text


def test_document_of_any_kind_is_loaded_and_exported_with_its_dates_and_links(tmp_path: Path) -> None:
    values = {
        "document_kind": "government_work_report",
        "document_published": "2025-02-03",
        "document_url": "https://province.example/1",
        "document_archived_url": "https://archive.example/1",
        "document_archived_on": "2025-03-01",
    }
    load([lines(tmp_path, values)])
    (exported,) = flat_pledges.rows()
    assert {key: exported[key] for key in values} == values
    keys = "".join(f"\n  {key.removeprefix('document_')}: {value}" for key, value in values.items())
    assert load([page(tmp_path, PAGE.replace("\n  date: 2025-01", f"\n  date: 2025-01{keys}"))]).sources_updated == 2
    load([page(tmp_path)])
    document = Document.objects.get()
    assert (document.kind, document.published, document.archived_on) == ("newspaper_page", "", None)


def test_removed_pledge_is_reported_and_retracted_by_prune_only(tmp_path: Path) -> None:
    load([page(tmp_path)])
    shorter = PAGE[: PAGE.index("\n      - ref: yl-2025-002")]
    assert load([page(tmp_path, shorter)]).removed == ["yl-2025-002"]
    assert Pledge.objects.public().count() == 2
    assert load([page(tmp_path, shorter)], prune=True).retracted == 1
    assert [pledge.ref for pledge in Pledge.objects.public()] == ["yl-2025-001"]
    assert counts(load([page(tmp_path)])) == (0, 1, 1)
    assert Pledge.objects.public().count() == 2


def test_pledges_of_a_removed_file_are_reported(tmp_path: Path) -> None:
    load([tmp_path / page(tmp_path).name, lines(tmp_path, {"ref": "yl-9", "document": "other"})])
    (tmp_path / "bulk.jsonl").unlink()
    assert load([tmp_path]).removed == ["yl-9"]


def test_yaml_file_is_the_whole_page_under_any_path(tmp_path: Path) -> None:
    load([page(tmp_path)])
    load([lines(tmp_path, {"ref": "yl-9", "document_title": "云岭日报 1 版", "headline": "说到做到"})])
    shorter = page(tmp_path, PAGE[: PAGE.index("\n      - ref: yl-2025-002")], name="copy.yaml")
    assert load([shorter]).removed == ["yl-2025-002"]


def test_page_may_be_spread_over_several_json_files(tmp_path: Path) -> None:
    load([lines(tmp_path, {"ref": "yl-8"}, name="a.jsonl")])
    assert load([lines(tmp_path, {"ref": "yl-9"}, name="b.jsonl")]).removed == []


def test_pledge_is_reported_as_removed_by_its_last_file_only(tmp_path: Path) -> None:
    first, second = lines(tmp_path, {}, name="a.jsonl"), lines(tmp_path, {}, name="b.jsonl")
    load([first])
    load([second])
    assert load([lines(tmp_path, {"ref": "yl-9"}, name="a.jsonl")]).removed == []
    assert load([lines(tmp_path, {"ref": "yl-8"}, name="b.jsonl")]).removed == ["yl-2025-001"]


def test_change_after_a_load_is_an_edit(tmp_path: Path) -> None:
    load([lines(tmp_path, LINE)])
    Pledge.objects.update(value=1)
    assert Pledge.objects.get().edited_fields == ["value"]
