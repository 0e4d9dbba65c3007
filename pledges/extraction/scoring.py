"""Compare the candidates of a text with its record, one to one."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pledges.extraction.candidate import Candidate

TARGET_FIELDS = ("value", "value_max", "unit", "bound", "measure", "baseline", "year", "deadline", "strength")
FIELDS = (*TARGET_FIELDS, "baseline_year", "period", "speaker", "place")


@dataclass(frozen=True, slots=True)
class Expected:
    """A record of the text: where its number begins, where its quote is, and its fields by name."""

    at: int | None
    start: int
    end: int
    fields: dict[str, Any]

    @property
    def is_optional(self) -> bool:
        return self.fields.get("tier") == "optional"


@dataclass(slots=True)
class Score:
    """Counts of one or several texts."""

    matched: int = 0
    missed: int = 0
    extra: int = 0
    numbers: int = 0
    right: dict[str, int] = field(default_factory=dict)
    records: int = 0

    @property
    def precision(self) -> float:
        return self.matched / (self.matched + self.extra) if self.matched + self.extra else 1.0

    @property
    def recall(self) -> float:
        return self.matched / (self.matched + self.missed) if self.matched + self.missed else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def share(self, name: str) -> float:
        return self.right.get(name, 0) / self.records if self.records else 1.0

    def add(self, other: "Score") -> None:
        self.matched += other.matched
        self.missed += other.missed
        self.extra += other.extra
        self.numbers += other.numbers
        self.records += other.records
        for name, count in other.right.items():
            self.right[name] = self.right.get(name, 0) + count


@dataclass(slots=True)
class Comparison:
    score: Score
    pairs: list[tuple[Candidate, Expected]]
    missed: list[Expected]
    extra: list[Candidate]


def compare(candidates: Sequence[Candidate], expected: Sequence[Expected]) -> Comparison:
    """Pair candidates with records. Records of the tier `optional` count neither if found nor if missed."""
    pairs, missed = _pair(candidates, expected)
    taken = {id(candidate) for candidate, _record in pairs}
    extra = [candidate for candidate in candidates if id(candidate) not in taken]
    core = [(candidate, record) for candidate, record in pairs if not record.is_optional]
    score = Score(
        matched=len(core), missed=sum(not record.is_optional for record in missed), extra=len(extra), records=len(core)
    )
    for candidate, record in core:
        for name, is_right in field_results(candidate, record).items():
            score.right[name] = score.right.get(name, 0) + is_right
    return Comparison(score, pairs, missed, extra)


def _pair(
    candidates: Sequence[Candidate], expected: Sequence[Expected]
) -> tuple[list[tuple[Candidate, Expected]], list[Expected]]:
    ranked = sorted(
        ((_affinity(candidate, record), -row, -column) for row, candidate in enumerate(candidates)
         for column, record in enumerate(expected) if _points_at(candidate, record)),
        reverse=True,
    )  # fmt: skip
    rows: set[int] = set()
    columns: dict[int, int] = {}
    for _rank, row, column in ranked:
        if -row not in rows and -column not in columns:
            rows.add(-row)
            columns[-column] = -row
    pairs = [(candidates[row], expected[column]) for column, row in sorted(columns.items())]
    return pairs, [record for column, record in enumerate(expected) if column not in columns]


def _points_at(candidate: Candidate, record: Expected) -> bool:
    """Return whether the number of a candidate is the one of a record, or stands in its quote if `at` is unknown."""
    if record.at is not None:
        return candidate.at == record.at
    return record.start <= candidate.at < record.end and _same("value", candidate.value, record.fields["value"])


def _affinity(candidate: Candidate, record: Expected) -> tuple[int, int]:
    same = sum(field_results(candidate, record)[name] for name in TARGET_FIELDS)
    label = str(record.fields.get("label") or "")
    return same, len(set(candidate.label) & set(label))


def field_results(candidate: Candidate, record: Expected) -> dict[str, bool]:
    """Return which fields of a candidate are right, and `vub` (value, unit and bound) and `record` (the target)."""
    right = {name: _same(name, getattr(candidate, name), record.fields.get(name)) for name in FIELDS}
    if record.fields.get("value") == 0 or record.fields.get("measure") == "rank":
        right["unit"] = True  # it is often not written
    right["vub"] = all(right[name] for name in ("value", "value_max", "unit", "bound"))
    right["record"] = all(right[name] for name in TARGET_FIELDS)
    return right


def _same(name: str, found: Any, expected: Any) -> bool:
    if name in {"value", "value_max", "baseline"}:
        return (found is None) == (expected is None) and (found is None or Decimal(found) == Decimal(str(expected)))
    if name == "unit":
        return fold_unit(found) == fold_unit(expected)
    if name in {"speaker", "place"} and expected and found:
        return bool(str(found).endswith(str(expected)) or str(expected).endswith(str(found)))
    return (found or None) == (expected or None)


def fold_unit(unit: str) -> str:
    """Return what all ways to write a unit have in common: 亿 and 亿元, 微克／立方米 and 微克/立方米."""
    folded = unicodedata.normalize("NFKC", unit).replace("∶", ":")
    return folded.removesuffix("元") if folded[:-1].strip("百千万亿") == "" else folded


def summary(score: Score, names: Sequence[str] = ("vub", "record", *FIELDS)) -> str:
    """Return a score as one line."""
    shares = " ".join(f"{name} {score.share(name):.3f}" for name in names)
    return (
        f"F1 {score.f1:.3f} (precision {score.precision:.3f}, recall {score.recall:.3f};"
        f" {score.matched} found, {score.missed} missed, {score.extra} extra) {shares}"
    )


Show = Callable[[str], None]
