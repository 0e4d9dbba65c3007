"""The record `seeds/provinces-2026` has the headline targets of 22 provincial work reports."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.db.models import F

from pledges.importer.loader import Report, load
from pledges.models import Document, Pledge, Statement

FOLDER = settings.BASE_DIR / "seeds" / "provinces-2026"
REPORTS = settings.BASE_DIR.parent / "shared" / "reports"

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def report(module_db: None) -> Report:
    return load([FOLDER])


def test_every_report_has_its_growth_target(report: Report) -> None:
    assert report.created == report.pledges == Pledge.objects.count()
    targets = Pledge.objects.filter(metric__slug="gdp", measure="growth", year=2026, compared_with=None)
    pages = targets.values_list("statement__document__slug", flat=True)
    assert sorted(pages) == sorted(Document.objects.values_list("slug", flat=True))
    assert len(pages) == 22
    by_both = Statement.objects.filter(
        body=F("post__body"), body__kind="government", body__district=F("post__district")
    )
    assert by_both.count() == Statement.objects.count() == 22


def test_targets_of_the_year_are_expected_by_its_last_day(report: Report) -> None:
    targets = Pledge.objects.filter(year=2026, tier="core")
    assert {(row.strength, str(row.deadline)) for row in targets} == {("expected", "2026-12-31")}


def test_known_targets_are_as_in_their_reports(report: Report) -> None:
    columns = ("measure", "bound", "value", "value_max", "unit_id", "compared_with__slug")
    known = {
        "heilongjiang-2026-001": ("growth", "exact", Decimal("4.5"), 5, "%", None),
        "heilongjiang-2026-007": ("growth", "about", Decimal("-3.8"), None, "%", None),
        "gansu-2026-013": ("increase", "at_least", 1, None, "个百分点", None),
        "shanghai-2026-004": ("level", "at_most", 5, None, "%", None),
        "jilin-2026-027": ("level", "exact", 28, None, "克/千克", None),
        "fujian-2026-005": ("growth", "about", 0, None, "个百分点", "gdp"),
        "fujian-2026-006": ("total", "at_least", 513, None, "万吨", None),
    }
    found = Pledge.objects.filter(ref__in=known).values_list("ref", *columns)
    assert {ref: tuple(row) for ref, *row in found} == known


@pytest.mark.skipif(not REPORTS.is_dir(), reason=f"the texts of the reports are not in {REPORTS}")
def test_quotes_occur_in_the_reports(report: Report, tmp_path: Path) -> None:
    places = Document.objects.values_list("slug", "statements__post__district__name").distinct()
    for slug, place in places:
        (tmp_path / f"{slug}.txt").symlink_to(REPORTS / f"{place}-2026.txt")
    assert load([FOLDER], texts=tmp_path).unchanged == report.pledges
