"""Rows of a sheet that correct an approved follow-up."""

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from pledges.models import FollowUp
from pledges.spreadsheet_import.preview import Preview
from pledges.workflow import review
from tests.factories import Record, make_follow_up, make_user
from tests.spreadsheet_import.workbooks import HEADER, LINK, confirm, preview

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def wrong(record: Record) -> FollowUp:
    return make_follow_up(record.investment, "partly_met", actual=300, unit=record.investment.unit, as_of="2025-12-31")


def corrected_by(cell: object, *, figures: str = "400,亿元,2025-12-31", column: str = "corrects") -> Preview:
    return preview(f"{HEADER},{column}\nyl-2025-001,{figures},{LINK},{cell}".encode())


def problem(found: Preview) -> tuple[str, str]:
    (row,) = found.invalid
    (only,) = row.problems
    return only.column, only.expected


@pytest.mark.parametrize("column", ["corrects", "更正", "supersedes"])
@pytest.mark.parametrize("cell", ["{id}", "2025-12-31", "2025年12月31日"])
def test_corrected_follow_up_is_named_by_id_or_day(wrong: FollowUp, column: str, cell: str) -> None:
    (row,) = corrected_by(cell.format(id=wrong.pk), column=column).valid
    assert row.corrected == wrong
    assert row.correction == "Corrects: partly met · 30 billion yuan · 2025-12-31"


def test_confirmed_correction_replaces_the_verdict(wrong: FollowUp) -> None:
    content = f"{HEADER},corrects\nyl-2025-001,400,亿元,2025-12-31,{LINK},{wrong.pk}".encode()
    digest = preview(content).digest
    confirm(content, digest=digest, skip_invalid=False, accept_held=False, by=make_user("second"))
    correction = FollowUp.objects.get(state="submitted")
    assert correction.supersedes == wrong
    review.approve([correction.pk], by=make_user("chief"))
    wrong.pledge.refresh_from_db()
    assert (wrong.pledge.status, wrong.pledge.current_follow_up) == ("met", correction)


def test_correction_of_another_follow_up_is_another_preview(wrong: FollowUp) -> None:
    assert corrected_by(wrong.pk).digest != corrected_by("").digest


def test_unknown_follow_up_is_an_error_that_lists_the_approved_ones(wrong: FollowUp) -> None:
    for cell in ("0", "2025-06-30", "这一条"):
        column, expected = problem(corrected_by(cell))
        assert column == "corrects"
        assert f"{wrong.pk} (partly met · 30 billion yuan · 2025-12-31)" in expected


def test_day_of_two_follow_ups_is_an_error_that_lists_both(wrong: FollowUp) -> None:
    other = make_follow_up(wrong.pledge, "met", actual=390, as_of="2025-12-31")
    _column, expected = problem(corrected_by("2025-12-31"))
    assert f"{wrong.pk} (" in expected
    assert f"{other.pk} (" in expected


def test_follow_up_of_another_pledge_or_corrected_already_is_an_error(wrong: FollowUp, record: Record) -> None:
    other = make_follow_up(record.schools, "in_progress", actual=1, reason="尚早", as_of="2025-12-31")
    make_follow_up(wrong.pledge, "met", actual=390, as_of="2025-12-31", supersedes=wrong)
    for key in (other.pk, wrong.pk):
        assert problem(corrected_by(key))[0] == "corrects"


def test_pledge_without_approved_follow_up_has_nothing_to_correct(record: Record) -> None:
    assert problem(corrected_by("2025-12-31")) == (
        "corrects",
        "an empty cell (the pledge has no approved follow-up)",
    )


def test_correction_of_the_current_verdict_changes_the_status(wrong: FollowUp) -> None:
    half_year = make_follow_up(wrong.pledge, "in_progress", actual=150, reason="半年", as_of=date(2025, 6, 30))
    figures = "200,亿元,2025-07-31"
    (row,) = corrected_by("", figures=figures).valid
    assert "is later" in row.note
    (row,) = corrected_by(wrong.pk, figures=figures).valid
    assert row.note == ""
    (row,) = corrected_by(half_year.pk, figures=figures).valid
    assert "is later" in row.note


def test_correction_with_the_same_figures_is_no_duplicate(wrong: FollowUp) -> None:
    figures = "300,亿元,2025-12-31"
    assert problem(corrected_by("", figures=figures))[0] == "reference"
    assert corrected_by(wrong.pk, figures=figures).valid
    make_follow_up(wrong.pledge, "partly_met", actual=300, as_of="2025-12-31", supersedes=wrong)
    assert problem(corrected_by("", figures=figures))[0] == "reference"
