"""Files that name rows that were merged into others."""

from pathlib import Path

import pytest

from pledges.importer.loader import load
from pledges.importer.reference_data import add_missing
from pledges.models import District, Document, Metric, Official, Pledge, Post, Unit
from tests.factories import make_district, make_metric, make_unit, merge_rows
from tests.importer.pages import lines

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places_metrics_and_units")]

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


def test_merged_row_of_a_fixture_is_not_added_again(tmp_path: Path) -> None:
    fixture = tmp_path / "topics.yaml"
    topic = Metric.objects.get(slug="annual-investment").topic
    fixture.write_text(
        "- model: pledges.metric\n  fields: {slug: old, name: 旧指标, "
        f"topic: [{topic.slug}], dimension: [money], direction: more}}\n"
    )
    assert add_missing(fixture) == 1
    merge_rows(Metric.objects.get(slug="old"), Metric.objects.get(slug="annual-investment"))
    assert add_missing(fixture) == 0
