"""Files that name rows that were merged into others."""

from pathlib import Path

import pytest

from pledges.importer.loader import load
from pledges.models import District, Document, Metric, Official, Pledge, Post, Statement, Unit
from tests.factories import make_district, make_metric, make_unit, merge_rows
from tests.importer.pages import lines

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.usefixtures("places_metrics_and_units")]

FIRST = {"ref": "a", "document": "page-a", "official": "沈同名", "post_district": "云岭市", "post": "市长"}
SECOND = {"ref": "b", "document": "page-b", "official": "沈同明", "post_district": "山阴县", "post": "县长"}


def test_name_of_a_merged_official_means_the_other_one(tmp_path: Path) -> None:
    files = [lines(tmp_path, FIRST, SECOND)]
    load(files)
    merge_rows(Official.objects.get(slug="沈同明"), Official.objects.get(slug="沈同名"))
    assert load(files).unchanged == 2
    new = [SECOND | {"ref": "c", "document": "page-c"}, SECOND | {"ref": "d", "official_slug": "沈同明"}]
    load([lines(tmp_path, *new, name="more.jsonl")])
    assert Official.objects.get().slug == "沈同名"
    assert Pledge.objects.count() == 4


def test_merged_post_and_document_are_found(tmp_path: Path) -> None:
    files = [lines(tmp_path, FIRST, FIRST | {"ref": "b", "document": "page-b", "post": "市委副书记、市长"})]
    load(files)
    merge_rows(Post.objects.get(title="市长"), Post.objects.get(title="市委副书记、市长"))
    merge_rows(Document.objects.get(slug="page-b"), Document.objects.get(slug="page-a"))
    report = load(files)
    assert (report.unchanged, report.conflicts, Post.objects.count(), Document.objects.count()) == (2, [], 1, 1)


def test_merged_district_metric_and_unit_are_found_by_name_and_slug(tmp_path: Path) -> None:
    merge_rows(make_district("old", name="旧区"), District.objects.get(slug="yunling"))
    merge_rows(make_metric("old", name="旧指标"), Metric.objects.get(slug="annual-investment"))
    merge_rows(make_unit("亿"), Unit.objects.get(symbol="亿元"))
    entries = [{"ref": "a", "district": "旧区", "metric": "旧指标", "unit": "亿"}]
    entries += [{"ref": "b", "district": "old", "metric": "old", "unit": "亿"}]
    load([lines(tmp_path, *entries)])
    for pledge in Pledge.objects.all():
        assert (pledge.district.slug, pledge.metric.slug, pledge.unit_id) == ("yunling", "annual-investment", "亿元")


def test_name_of_a_merged_metric_stays_the_label(tmp_path: Path) -> None:
    make_metric("old", name="旧指标")
    files = [lines(tmp_path, {"ref": "a", "metric": "旧指标"}, {"ref": "b", "metric": "old"})]
    load(files)
    merge_rows(Metric.objects.get(slug="old"), Metric.objects.get(slug="annual-investment"))
    assert load(files).unchanged == 2
    assert set(Pledge.objects.values_list("label", flat=True)) == {"旧指标"}


@pytest.mark.parametrize("together", [True, False], ids=["in one load", "one by one"])
def test_files_of_merged_pages_change_nothing_of_the_page_that_is_kept(tmp_path: Path, together: bool) -> None:
    kept = FIRST | {"document_title": "报纸", "document_date": "2025-01-20", "headline": "标题"}
    merged = kept | {"ref": "b", "document": "page-b", "document_title": "报", "headline": "副题"}
    files = [lines(tmp_path, kept, name="kept.jsonl"), lines(tmp_path, merged, name="merged.jsonl")]
    load(files)
    merge_rows(Document.objects.get(slug="page-b"), Document.objects.get(slug="page-a"))
    before = Document.objects.values().get(), Statement.objects.values().get()
    for loaded in [files] if together else [[file] for file in files]:
        report = load(loaded)
        assert (report.unchanged, report.updated, report.conflicts) == (len(loaded), 0, [])
    assert (Document.objects.values().get(), Statement.objects.values().get()) == before


def test_corrected_file_of_the_page_that_is_kept_is_loaded_beside_that_of_the_merged_one(tmp_path: Path) -> None:
    kept, merged = FIRST | {"headline": "标题"}, FIRST | {"ref": "b", "document": "page-b", "headline": "副题"}
    load([lines(tmp_path, kept, merged)])
    merge_rows(Document.objects.get(slug="page-b"), Document.objects.get(slug="page-a"))
    load([lines(tmp_path, merged, kept | {"document_title": "新报", "headline": "新题"})])
    assert (Document.objects.get().title, Statement.objects.get().headline) == ("新报", "新题")


def test_merged_row_of_a_reference_file_is_not_added_again(tmp_path: Path) -> None:
    file = tmp_path / "metrics.yaml"
    topic = Metric.objects.get(slug="annual-investment").topic
    file.write_text(f"- {{slug: old, name: 旧指标, topic: {topic.slug}, dimension: money}}\n")
    assert load([file]).reference.added == 1
    merge_rows(Metric.objects.get(slug="old"), Metric.objects.get(slug="annual-investment"))
    assert load([file]).reference.added == 0
