"""The number of random examples per test: few in `make test`, many in `make fuzz`, which sets FUZZ=1."""

import os

IS_FUZZING = os.environ.get("FUZZ") == "1"


def examples(usual: int, *, fuzzing: int) -> int:
    """Return the number of examples for this run."""
    return fuzzing if IS_FUZZING else usual
