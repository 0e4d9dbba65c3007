"""The content of `seeds/` and `fixtures/` is complete and correct."""

from collections import Counter
from fractions import Fraction

import pytest
from django.conf import settings

from pledges.importer.loader import Report, load
from pledges.importer.reference.entries import KINDS
from pledges.lookups.names import RENAMED_METRICS
from pledges.models import Dimension, District, Metric, Pledge, Unit

PAGES = settings.BASE_DIR.parent / "shared" / "seeds"

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def report(module_db: None) -> Report:
    return load([settings.BASE_DIR / "seeds" / "hohhot"])


@pytest.mark.slow
def test_load_into_empty_database_adds_reference_data(report: Report) -> None:
    assert report.created == report.pledges == Pledge.objects.count()
    assert District.objects.get(slug="saihan").parent == District.objects.get(slug="hohhot")


def test_all_pledges_are_published_and_unchecked(report: Report) -> None:
    assert set(Pledge.objects.values_list("state", "status")) == {("published", "unchecked")}


def test_record_has_pledges_of_all_five_pages(report: Report) -> None:
    pages = Counter(Pledge.objects.values_list("statement__document__slug", flat=True))
    assert pages == {
        "000_05ac3f9bd86d4afe": 41,
        "001_ec62b094c52803cd": 26,
        "002_c3e511bfb62b3423": 29,
        "003_7143390ceaa9ab91": 18,
        "004_fcc452fffa9600ab": 17,
    }


def test_known_pledge_has_values_of_its_page(report: Report) -> None:
    pledge = Pledge.objects.get(quote="年度计划投资 385 亿元")
    assert (pledge.value, pledge.unit_id, pledge.amount) == (385, "亿元", 38_500_000_000)
    assert (pledge.measure, pledge.bound, pledge.strength, pledge.tier) == ("total", "exact", "planned", "core")
    assert (pledge.district.slug, pledge.statement.speaker.name) == ("saihan", "李玉蛟")
    assert str(pledge.deadline) == "2025-12-31"


def test_key_projects_form_a_series(report: Report) -> None:
    years = Pledge.objects.filter(metric__slug="key-projects").values_list("year", flat=True)
    assert set(years) == {2024, 2025, 2026}


def test_pledges_of_departments_belong_to_city(report: Report) -> None:
    departments = Pledge.objects.exclude(statement__post__body=None)
    assert departments.exists()
    assert set(departments.values_list("district__slug", flat=True)) == {"hohhot"}


@pytest.mark.skipif(not PAGES.is_dir(), reason=f"the texts of the pages are not in {PAGES}")
def test_quotes_occur_on_their_pages() -> None:
    assert load([settings.BASE_DIR / "seeds" / "hohhot"], texts=PAGES).pledges > 0


def test_quotes_are_short(report: Report) -> None:
    assert max(len(quote) for quote in Pledge.objects.values_list("quote", flat=True)) < 80


def test_repository_contains_no_text_of_a_page() -> None:
    longest = max(
        (line for file in (settings.BASE_DIR / "seeds").rglob("*.yaml") for line in file.read_text().splitlines()),
        key=len,
    )
    assert len(longest) < 120


def test_base_unit_of_dimension_has_factor_one(report: Report) -> None:
    for dimension in Dimension.objects.all():
        assert dimension.units.get(symbol=dimension.base_unit).factor == 1


@pytest.mark.parametrize(
    ("symbol", "base", "factor"),
    [
        ("亿元", "元", "100000000"),
        ("万元", "元", "10000"),
        ("万亩", "平方米", "20000000/3"),
        ("亩", "平方米", "2000/3"),
        ("平方公里", "平方米", "1000000"),
        ("万平方米", "平方米", "10000"),
        ("万千瓦", "千瓦", "10000"),
        ("GW", "千瓦", "1000000"),
        ("千米", "米", "1000"),
        ("公里", "米", "1000"),
        ("公顷", "平方米", "10000"),
        ("斤", "吨", "1/2000"),
        ("公斤", "吨", "1/1000"),
        ("里", "米", "500"),
        ("%", "%", "1"),
        ("个", "个", "1"),
        ("名", "名", "1"),
    ],
)
def test_unit_has_correct_factor(report: Report, symbol: str, base: str, factor: str) -> None:
    unit = Unit.objects.select_related("dimension").get(symbol=symbol)
    assert (unit.dimension.base_unit, unit.exact_factor) == (base, Fraction(factor))


def test_counting_words_have_different_dimensions(report: Report) -> None:
    words = ("个", "家", "户", "所", "名")
    assert len(set(Unit.objects.filter(symbol__in=words).values_list("dimension", flat=True))) == len(words)


def test_metrics_have_english_names(report: Report) -> None:
    assert not Metric.objects.filter(name_en="").exists()


def test_renamed_metrics_have_their_new_names(report: Report) -> None:
    shipped = dict(Metric.objects.filter(slug__in=RENAMED_METRICS).values_list("slug", "name"))
    assert shipped == {slug: new for slug, (_old, new) in RENAMED_METRICS.items()}


def test_all_fixture_files_are_loaded() -> None:
    assert {path.stem for path in (settings.BASE_DIR / "fixtures").iterdir()} - {*KINDS} == {"roles"}
