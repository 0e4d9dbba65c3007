"""Candidates and records are paired one to one."""

from decimal import Decimal

from pledges.extraction.candidate import Candidate
from pledges.extraction.scoring import Expected, compare


def make_candidate(at: int, value: int, unit: str = "家") -> Candidate:
    return Candidate("", at - 2, at + 3, at, Decimal(value), unit, year=2025, confidence=0.9)


def make_expected(at: int | None, value: int, **fields: object) -> Expected:
    return Expected(at, 0, 50, {"value": value, "unit": "家", "bound": "exact", "measure": "total", "year": 2025,
                                "deadline": "", "strength": "firm", **fields})  # fmt: skip


def test_pairs_by_number_and_counts_the_rest() -> None:
    result = compare([make_candidate(5, 3), make_candidate(20, 9)], [make_expected(5, 3), make_expected(30, 7)])
    assert (result.score.matched, result.score.missed, result.score.extra, result.score.f1) == (1, 1, 1, 0.5)


def test_one_candidate_matches_one_of_two_records() -> None:
    result = compare([make_candidate(5, 3)], [make_expected(5, 4), make_expected(5, 3)])
    assert (result.score.share("value"), result.score.missed) == (1.0, 1)


def test_optional_records_are_free() -> None:
    records = [make_expected(5, 3, tier="optional"), make_expected(9, 3, tier="optional")]
    score = compare([make_candidate(5, 3)], records).score
    assert (score.matched, score.missed, score.extra) == (0, 0, 0)


def test_number_is_found_in_quote_without_offset() -> None:
    result = compare([make_candidate(5, 3), make_candidate(9, 4)], [make_expected(None, 4)])
    assert [candidate.at for candidate, _record in result.pairs] == [9]
