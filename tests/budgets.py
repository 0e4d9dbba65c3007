"""How many random examples a run tries: some in `make test`, many in `make fuzz`, which sets FUZZ=1."""

import os

IS_FUZZING = os.environ.get("FUZZ") == "1"


def examples(usual: int, *, fuzzing: int) -> int:
    return fuzzing if IS_FUZZING else usual
