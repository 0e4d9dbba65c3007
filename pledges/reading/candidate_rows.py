"""Candidates as rows of JSON Lines, under the names that `export_pledges` gives the fields."""

import json
from decimal import Decimal
from typing import Any

from pledges.domain.numbers import plain
from pledges.extraction.candidate import Candidate

_FIELDS = (
    "start", "end", "at", "quote", "confidence", "label", "metrics", "value", "value_max", "unit", "bound", "measure",
    "baseline", "baseline_year", "compared_with", "year", "deadline", "period", "strength", "tier", "reasons",
)  # fmt: skip


def as_json(document: str, candidate: Candidate) -> str:
    """Return a candidate as one line. Decimals are text, as in exports; what is not named is null."""
    row: dict[str, Any] = {"document": document}
    row |= {name: _as_text(getattr(candidate, name)) for name in _FIELDS}
    is_person = bool(candidate.post)
    row |= {
        "official": candidate.speaker if is_person else None,
        "post": candidate.post or None,
        "organisation": None if is_person else candidate.speaker or None,
        "district": candidate.place or None,
    }
    return json.dumps(row, ensure_ascii=False)


def _as_text(value: Any) -> Any:
    if isinstance(value, Decimal):
        return plain(value)
    return None if value == "" else value
