import pytest

from bench.table import Figure, format_number, table


@pytest.mark.parametrize(
    ("measured", "is_maximum", "is_met"),
    [(0.6, False, True), (0.59, False, False), (0.6, True, True), (0.61, True, False)],
)
def test_target_is_minimum_or_maximum(measured: float, is_maximum: bool, is_met: bool) -> None:
    assert Figure("list", 0.6, measured, "", is_maximum).is_met == is_met


def test_table_has_row_for_each_figure_in_aligned_columns() -> None:
    lines = table(
        [
            Figure("list against the floor", 0.6, 0.5, "Duixian 500 requests/s, floor 1,000 requests/s"),
            Figure("memory", 400, 99.4, "100 pledges", is_maximum=True, unit="MB"),
        ]
    ).splitlines()
    assert [cell.strip() for cell in lines[2].split("|")[1:-1]] == [
        "list against the floor",
        "≥ 0.6 ×",
        "0.500 ×",
        "no",
        "Duixian 500 requests/s, floor 1,000 requests/s",
    ]
    assert [cell.strip() for cell in lines[3].split("|")[2:5]] == ["≤ 400 MB", "99.4 MB", "yes"]
    assert len({len(line) for line in lines}) == 1


@pytest.mark.parametrize(
    ("number", "text"), [(12345.6, "12,346"), (99.94, "99.9"), (0.61549, "0.615"), (5, "5.00"), (0.0123, "0.0123")]
)
def test_number_has_three_significant_digits(number: float, text: str) -> None:
    assert format_number(number) == text
