"""What the reader returns."""

from dataclasses import dataclass, field
from decimal import Decimal

RECOMMENDED_CONFIDENCE = 0.5


@dataclass(slots=True)
class Candidate:
    """A figure of a text that may be a commitment, with the fields of the codebook.

    `start`, `end` (exclusive) and `at` count code points of the text as given. `quote` has no line breaks. `period` is
    an interval of years such as `2026/2030`, and `deadline` an ISO date; both are empty if the text names none.
    `metrics` are slugs, the best match first. `confidence` is between 0 and 1, and `reasons` explain it.
    """

    quote: str
    start: int
    end: int
    at: int
    value: Decimal
    unit: str
    value_max: Decimal | None = None
    bound: str = "exact"
    measure: str = "total"
    baseline: Decimal | None = None
    baseline_year: int | None = None
    period: str = ""
    year: int | None = None
    deadline: str = ""
    strength: str = "firm"
    tier: str = "core"
    label: str = ""
    metrics: list[str] = field(default_factory=list)
    speaker: str = ""
    post: str = ""
    place: str = ""
    compared_with: str = ""
    confidence: float = 0.0
    reasons: list[str] = field(default_factory=list)

    @property
    def is_commitment(self) -> bool:
        return self.confidence >= RECOMMENDED_CONFIDENCE
