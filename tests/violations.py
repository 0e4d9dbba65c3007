"""Assertions about the constraints and triggers that make the database reject a write."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import IntegrityError, transaction


def violated_rule(error: IntegrityError) -> str:
    """The name of the constraint, or the name under which a trigger raised the error."""
    assert error.__cause__ is not None
    return str(error.__cause__.diag.constraint_name)  # type: ignore[attr-defined]


@contextmanager
def assert_violates(rule: str) -> Iterator[None]:
    """Assert that the database rejects the block by the rule of this name. The block is rolled back."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        yield
    assert violated_rule(error.value) == rule


def rule_violated_by(write: Callable[[], Any]) -> str | None:
    """Call `write` in a transaction, and return the name of the rule that it violates, or None if it succeeds."""
    try:
        with transaction.atomic():
            write()
    except IntegrityError as error:
        return violated_rule(error)
    return None
