"""Which constraint, or rule of a trigger, the database rejects a write by."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import IntegrityError, transaction


def constraint_of(error: IntegrityError) -> str:
    assert error.__cause__ is not None
    return str(error.__cause__.diag.constraint_name)  # type: ignore[attr-defined]


@contextmanager
def violates(rule: str) -> Iterator[None]:
    """Expect that the block is rejected by a constraint or trigger of this name. It is rolled back."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        yield
    assert constraint_of(error.value) == rule


def rule_violated_by(write: Callable[[], Any]) -> str | None:
    """The name of the rule that a write violates; None if it succeeds."""
    try:
        with transaction.atomic():
            write()
    except IntegrityError as error:
        return constraint_of(error)
    return None
