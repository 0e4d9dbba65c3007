"""What the database says no to."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, transaction


def constraint_of(error: IntegrityError) -> str:
    assert error.__cause__ is not None
    return str(error.__cause__.diag.constraint_name)  # type: ignore[attr-defined]


@contextmanager
def refused_by(rule: str) -> Iterator[None]:
    """What is done here is refused by a constraint or trigger of this name, and leaves no trace."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        yield
    assert constraint_of(refusal.value) == rule
