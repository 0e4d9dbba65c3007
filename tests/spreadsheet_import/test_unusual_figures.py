"""Rows of a sheet whose figure is possible but probably wrong."""

import pytest
from django.utils import translation

from pledges.models import FollowUp
from pledges.spreadsheet_import.preview import Preview
from pledges.spreadsheet_import.submission import PreviewChangedError
from tests.factories import Record, make_follow_up, make_unit, make_user
from tests.spreadsheet_import.workbooks import HEADER, LINK, confirm, preview

pytestmark = pytest.mark.django_db
REASON = "与原文一致"


def sheet(figure: str, *, reason: str = "", corrects: str = "") -> bytes:
    row = f"yl-2025-001,{figure},2025-12-31,{LINK},{reason},{corrects}"
    return f"{HEADER},reason,corrects\n{row}".encode()


def problems(found: Preview) -> list[tuple[str, str]]:
    return [(each.column, each.expected) for row in found.invalid for each in row.problems]


def warnings(found: Preview) -> list[tuple[str, str]]:
    return [(each.column, each.reason) for row in found.held for each in row.warnings]


def test_far_figure_is_rejected_without_reason(record: Record) -> None:
    with translation.override("en"):
        assert problems(preview(sheet("402600,亿元"))) == [
            (
                "reason",
                "a reason, since this is unusual: "
                "402600 亿元 is more than 30 times the target or less than 1/30 of it (385 亿元).",
            )
        ]


def test_far_figure_with_reason_is_held_until_confirmed(record: Record) -> None:
    content = sheet("402600,亿元", reason=REASON)
    found, editor = preview(content), make_user()

    assert len(warnings(found)) == 1
    with pytest.raises(PreviewChangedError):
        confirm(content, digest=found.digest, skip_invalid=False, accept_held=False, by=editor)
    confirm(content, digest=found.digest, skip_invalid=False, accept_held=True, by=editor)
    follow_up = FollowUp.objects.get()
    assert follow_up.confirmed_warnings == ["actual_far_from_target|402600 亿元|385 亿元"]
    assert (follow_up.reason, follow_up.unconfirmed_warnings) == (REASON, [])


def test_figure_in_another_unit_is_converted(record: Record) -> None:
    make_unit("万元", factor=10_000)

    assert warnings(preview(sheet("3850000,万元", reason=REASON))) == []
    with translation.override("en"):
        assert warnings(preview(sheet("385,万元", reason=REASON))) == [
            ("actual figure", "385 万元 is more than 30 times the target or less than 1/30 of it (385 亿元).")
        ]


def test_figure_is_compared_with_previous_one_unless_it_corrects_that(record: Record) -> None:
    wrong = make_follow_up(record.investment, actual=12, status="in_progress", as_of="2025-11-30")

    with translation.override("en"):
        assert warnings(preview(sheet("400,亿元", reason=REASON))) == [
            ("actual figure", "400 亿元 is more than 30 times the previous figure or less than 1/30 of it (12 亿元).")
        ]
    assert warnings(preview(sheet("400,亿元", corrects=str(wrong.pk)))) == []
