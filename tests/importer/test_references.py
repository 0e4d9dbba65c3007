import pytest

from pledges.importer.references import next_reference
from tests.factories import make_pledge


@pytest.mark.django_db
def test_empty_database_gives_no_reference() -> None:
    assert next_reference(2025) == ""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("existing", "proposed"),
    [
        (["yl-2025-001"], "yl-2025-002"),
        (["yl-2025-009"], "yl-2025-010"),
        (["yl-2025-999"], "yl-2025-1000"),
        (["yl-2025-1000", "yl-2025-999"], "yl-2025-1001"),
        (["yl-2025-007", "yl-2026-001"], "yl-2025-008"),
        (["yl-2024-007"], "yl-2025-001"),
        (["yl-2025-002", "yl-2025-001"], "yl-2025-003"),
        (["yl-2025-001", "bridge"], "yl-2025-002"),
        (["a.b-1", "a-b-5", "a.b-2"], "a.b-3"),
    ],
)
def test_next_number_of_newest_series_is_proposed(existing: list[str], proposed: str) -> None:
    for ref in existing:
        make_pledge(ref)

    assert next_reference(2025) == proposed
