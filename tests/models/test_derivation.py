"""Derived columns, which triggers fill in for every kind of write."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection

from pledges.models import District, Document, Metric, Official, Pledge, Unit
from tests.factories import make_follow_up, make_pledge, make_record, make_unit

pytestmark = pytest.mark.django_db


def amounts() -> dict[str, Decimal]:
    return dict(Pledge.objects.values_list("ref", "amount"))


def test_amount_is_in_base_units() -> None:
    assert make_pledge(value=385).amount == 38_500_000_000


def test_amount_of_area_in_mu_has_no_rounding_error() -> None:
    from tests.factories import make_dimension

    area = make_dimension("area", name="面积", base_unit="平方米")
    unit = make_unit("万亩", dimension=area, factor="20000000/3")
    assert make_pledge(value=Decimal("2.7"), unit=unit).amount == 18_000_000
    mu = make_unit("亩", dimension=area, factor="2000/3")
    assert make_pledge("yl-2", value=1_800_000_000, unit=mu).amount == 1_200_000_000_000
    assert make_pledge("yl-3", value=1, value_max=3, unit=mu).amount == Decimal("666.666667")


def test_amount_of_area_in_mu_is_found_by_its_limit() -> None:
    from tests.factories import make_dimension

    make_pledge(value=3, unit=make_unit("亩", dimension=make_dimension("area"), factor="2000/3"))
    assert Pledge.objects.filter(amount__gte=2000, amount__lte=2000).count() == 1


def test_range_has_both_amounts() -> None:
    pledge = make_pledge(value=1, value_max=2)
    assert (pledge.amount, pledge.amount_max) == (100_000_000, 200_000_000)


def test_bulk_update_of_values_updates_amounts() -> None:
    make_pledge()
    Pledge.objects.update(value=2)
    assert amounts() == {"yl-1": 200_000_000}


def test_bulk_create_fills_amounts() -> None:
    pledge = make_pledge()
    pledge.pk, pledge.ref, pledge.amount = None, "yl-2", Decimal(1)
    Pledge.objects.bulk_create([pledge])
    assert amounts()["yl-2"] == 38_500_000_000


def test_amount_written_by_sql_is_overwritten() -> None:
    make_pledge()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pledges_pledge SET amount = 1")
    assert amounts() == {"yl-1": 38_500_000_000}


def test_unit_factor_change_updates_amounts() -> None:
    make_record()
    Unit.objects.filter(symbol="亿元").update(numerator=100)
    assert amounts()["yl-2025-001"] == 38_500


def test_unit_change_updates_amount() -> None:
    make_pledge()
    ten_thousand = make_unit("万元", factor=10_000)
    Pledge.objects.update(unit=ten_thousand)
    assert amounts() == {"yl-1": 3_850_000}


def test_last_day_is_deadline_or_end_of_year() -> None:
    pledge = make_pledge(deadline=date(2026, 6, 30))
    assert pledge.last_day == date(2026, 6, 30)
    Pledge.objects.update(deadline=None)
    assert Pledge.objects.get().last_day == date(2025, 12, 31)
    Pledge.objects.update(year=2027, last_day=date(2000, 1, 1))
    assert Pledge.objects.get().last_day == date(2027, 12, 31)


@pytest.mark.parametrize(
    "word", ["投资", "资", "385", "亿元", "年度投资额", "张三丰", "三丰", "云岭", "云市", "划投资3", "385亿 张三丰"]
)
def test_search_matches_quote_metric_official_and_district(word: str) -> None:
    make_record()
    assert "yl-2025-001" in Pledge.objects.search(word).values_list("ref", flat=True)


@pytest.mark.parametrize("word", ["投额", "丰云", "令狐", "学校 投资", "385元", "%", "_", "'", "\\", "投资'"])
def test_search_without_match_finds_nothing(word: str) -> None:
    make_record()
    assert "yl-2025-001" not in Pledge.objects.search(word).values_list("ref", flat=True)


def test_search_ignores_width_and_case() -> None:
    make_pledge(quote="总算力规模达到15000P")
    assert Pledge.objects.search("１５０００p").exists()


def test_search_finds_renamed_rows_by_new_names_only() -> None:
    make_record()
    Official.objects.filter(slug="张三丰").update(name="王重阳")
    Metric.objects.filter(slug="annual-investment").update(name="当年投资")
    District.objects.filter(slug="yunling").update(aliases=["云城"])
    for word in ("王重阳", "当年", "云城"):
        assert Pledge.objects.search(word).filter(ref="yl-2025-001").exists(), word
    assert not Pledge.objects.search("张三丰").exists()


def test_updated_at_changes_only_with_the_row() -> None:
    before = make_pledge().updated_at
    Pledge.objects.update(value=385)
    assert Pledge.objects.get().updated_at == before
    Pledge.objects.update(value=386)
    assert Pledge.objects.get().updated_at > before


def test_edited_fields_are_those_changed_outside_the_importer() -> None:
    make_record()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('duixian.loading', 'on', true)")
        cursor.execute("UPDATE pledges_pledge SET edited_fields = '{}'")
        cursor.execute("SELECT set_config('duixian.loading', 'off', true)")
    Pledge.objects.filter(ref="yl-2025-001").update(value=390, note="更正")
    make_follow_up(Pledge.objects.get(ref="yl-2025-001"), "in_progress")
    assert Pledge.objects.get(ref="yl-2025-001").edited_fields == ["note", "value"]


def test_document_text_change_leaves_pledges_untouched() -> None:
    before = make_record().investment.updated_at
    Document.objects.update(text="新的全文")
    assert Pledge.objects.get(ref="yl-2025-001").updated_at == before
