"""A record has a time zone, a fiscal year and a currency of its own, in `record.yaml`."""

import json
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.test import Client
from pytest_django.fixtures import Settings

from pledges.api.serializers.fields import MicrosecondDateTimeField
from pledges.domain.dates import plan_year
from pledges.domain.pace import share_of_time
from pledges.importer import record_file
from pledges.importer.file_problems import LoadError
from pledges.importer.loader import load
from pledges.importer.record_file import RecordFile
from pledges.importer.reference.shipped import load_shipped
from pledges.models import Dimension, Pledge, RecordSettings, Unit
from tests.factories import make_follow_up, make_pledge

FILES = {
    "record.yaml": """\
time_zone: America/St_Johns
fiscal_year_starts: 4
currency: crown
currency_en: crowns
""",
    "places.yaml": """\
- {slug: lakeland, name: Lakeland, kind: province}
- {slug: port-lake, name: Port Lake, kind: municipality, parent: Lakeland}
""",
    "units.yaml": """\
- {symbol: billion crowns, name_en: billion crowns, dimension: money, factor: 1000000000}
""",
    "metrics.yaml": """\
- {slug: road-spending, name: Spending on roads, name_en: Spending on roads, topic: transport, dimension: money}
""",
    "example-page.yaml": """\
document: {slug: lake-times-1, title: Lake Times, date: 2025-04}
statements:
  - official: Ada Example
    post: Mayor
    district: Port Lake
    pledges:
      - ref: lake-1
        quote: we shall invest 3.2 billion crowns in roads
        metric: Spending on roads
        measure: total
        bound: exact
        value: 3.2
        unit: billion crowns
        year: 2025
        strength: firm
        tier: core
""",
}


def in_database(sql: str, *values: Any) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0]


@pytest.mark.django_db
@pytest.mark.slow
def test_record_of_a_fictional_country(tmp_path: Path, settings: Settings, client: Client) -> None:
    folder = tmp_path / "lakeland"
    call_command("start_record", str(folder), stdout=StringIO())
    for name, text in FILES.items():
        (folder / name).write_text(text)
    settings.RECORD, settings.RECORD_SETTINGS = folder, record_file.read(folder)  # as a new process reads them
    call_command("load_pledges", stdout=StringIO())

    pledge = Pledge.objects.get()
    assert pledge.last_day == date(2026, 3, 31)
    assert in_database("SELECT pledges_time_zone()") == "America/St_Johns"
    assert (pledge.unit.dimension.base_unit, pledge.amount) == ("crown", 3_200_000_000)
    assert not Unit.objects.filter(symbol="亿元").exists()
    shown = client.get("/api/v1/pledges/lake-1/", headers={"Accept-Language": "en"}).json()
    assert (shown["base_unit"], shown["target"]) == ("crown", "3.2 billion crowns (plan for 2025)")
    output = StringIO()
    call_command("export_pledges", stdout=output)
    assert json.loads(output.getvalue())["district"] == "Port Lake"
    call_command("check_record", stdout=StringIO())
    call_command("load_pledges", stdout=(again := StringIO()))
    assert "0 created, 0 updated, 1 unchanged" in again.getvalue()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("time_zone: Mars/Base\n", ":1: time_zone: found “Mars/Base”, expected a time zone such as"),
        ("\nfiscal_year_starts: 13\n", ":2: fiscal_year_starts: found “13”, expected the number of a month"),
        ("name: x\n", ":1: name: found “x”, expected one of time_zone, fiscal_year_starts, currency, currency_en"),
        ("currency: crown\n", ":1: a currency has an English name, too"),
        ("- a\n", ":1: expected settings"),
        ("a: [\n", ":2: not YAML"),
    ],
)
def test_error_in_settings_is_reported_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "record.yaml").write_text(text)
    with pytest.raises(ImproperlyConfigured) as error:
        record_file.read(tmp_path)
    assert str(error.value).startswith(f"{tmp_path}/record.yaml{message}")


def test_defaults_are_those_of_china(tmp_path: Path) -> None:
    assert record_file.read(None) == record_file.read(tmp_path) == RecordFile()
    assert RecordFile() == RecordFile("Asia/Shanghai", 1, "元", "yuan")


@pytest.mark.django_db
@pytest.mark.usefixtures("places_metrics_and_units")
def test_other_record_can_not_have_other_settings(tmp_path: Path) -> None:
    (tmp_path / "record.yaml").write_text("fiscal_year_starts: 4\n")
    with pytest.raises(LoadError) as error:
        load([tmp_path])
    assert "start it with RECORD=" in str(error.value.problems.kept[0])


@pytest.mark.django_db
@pytest.mark.slow
def test_currency_can_not_be_changed_under_pledges(tmp_path: Path, settings: Settings) -> None:
    load_shipped()
    make_pledge("a", unit=Unit.objects.get(symbol="亿元"))
    settings.RECORD_SETTINGS = RecordFile(currency="美元", currency_en="US dollars")
    with pytest.raises(LoadError, match="1 problem"), transaction.atomic():
        load_shipped()
    Pledge.objects.all().delete()
    load_shipped()
    assert set(Unit.objects.filter(dimension__slug="money").values_list("symbol", flat=True)) == {
        *("美元", "万美元", "亿美元")
    }
    assert Dimension.objects.get(slug="money").base_unit == "美元"


@pytest.mark.django_db
def test_other_fiscal_year_changes_last_days_unless_a_verdict_follows_from_them() -> None:
    RecordSettings.objects.get_or_create(pk=1)
    pledge = make_pledge("a", deadline=None, year=2025)
    RecordSettings.objects.update(fiscal_year_starts=10)
    pledge.refresh_from_db()
    assert pledge.last_day == date(2026, 9, 30)
    RecordSettings.objects.update(fiscal_year_starts=1)
    make_follow_up(pledge)
    with pytest.raises(IntegrityError, match="fiscal_year_of_judged_is_kept"), transaction.atomic():
        RecordSettings.objects.update(fiscal_year_starts=10)


def test_plan_year_is_named_by_the_year_in_which_it_begins() -> None:
    assert [plan_year(date(2026, month, 1), 4) for month in (3, 4, 12)] == [2025, 2026, 2026]
    assert plan_year(date(2026, 1, 1), 1) == 2026
    half = share_of_time(date(2025, 9, 29), first_year=2025, last_day=date(2026, 3, 31), fiscal_year_starts=4)
    assert abs(half - 1 / 2) < 0.01


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["America/St_Johns", "Asia/Shanghai", "Europe/Oslo", "UTC"])
def test_times_of_any_zone_are_written_alike_by_python_and_postgresql(zone: str) -> None:
    field = MicrosecondDateTimeField()
    field.zone = ZoneInfo(zone)
    for moment in (datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)):
        written = in_database("SELECT pledges_iso_time(%s, %s)", zone, moment)
        assert written == field.to_representation(moment)
    is_computed = "pledges_iso_time" in str(field.sql_expression(F("moment")))
    assert is_computed == (zone in {"America/St_Johns", "Europe/Oslo"})
