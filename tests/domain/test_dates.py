"""Parsing of years, days and partial dates."""

from datetime import date

import pytest

from pledges.domain.dates import latest, parse_day, parse_partial_date, parse_year

DAYS = [
    "2026-04-03",
    "2026-4-3",
    "2026/04/03",
    "2026/4/3",
    "2026.04.03",
    "2026.4.3",
    "2026年04月03日",
    "2026年4月3日",
    "２０２６年４月３日",
    "２０２６／４／３",
    " 2026-04-03 ",
]
NOT_DAYS = [
    *("04/03/2026", "4.3.2026", "03-04-2026", "26-04-03", "2026-04/03", "2026年4月3", "2026 4 3", "20260403"),
    *("2026-04-3①", "2026-04-0³", "202⁶-04-03", "٢٠٢٦-٠٤-٠٣", "2026-02-30", "2026-13-01", "0000-01-01", "45657", ""),
    *("2026-04-03T00:00:00", "2026-04-03 08:00", "二〇二六年四月三日"),
]


@pytest.mark.parametrize("written", DAYS)
def test_day_is_parsed_in_each_spelling(written: str) -> None:
    assert parse_day(written) == date(2026, 4, 3)
    assert parse_partial_date(written) == "2026-04-03"


@pytest.mark.parametrize("written", NOT_DAYS)
def test_other_spelling_is_no_day(written: str) -> None:
    with pytest.raises(ValueError, match=r"day|month|year"):
        parse_day(written)
    with pytest.raises(ValueError, match=r"2025|day|month|year"):
        parse_partial_date(written)


@pytest.mark.parametrize("written", ["2026", "2026-04", "2026-04-03/.."])
def test_partial_date_is_kept(written: str) -> None:
    assert parse_partial_date(written) == written


def test_year_has_four_plain_or_full_width_digits() -> None:
    assert parse_year("２０２５") == parse_year("2025") == 2025


@pytest.mark.parametrize("written", ["202⁵", "202５①", "٢٠٢٥", "2_025", "25", "+2025", "2025.0", ""])
def test_other_text_is_no_year(written: str) -> None:
    with pytest.raises(ValueError, match="not a year"):
        parse_year(written)


@pytest.mark.parametrize(
    ("partial_date", "day"),
    [
        ("2024", date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 29)),
        ("2025-02", date(2025, 2, 28)),
        ("2024-02-20", date(2024, 2, 20)),
        ("2024-02-20/..", None),
    ],
)
def test_latest_day_of_partial_date(partial_date: str, day: date | None) -> None:
    assert latest(partial_date) == day
