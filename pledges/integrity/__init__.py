"""Checks of the command `check_record`: invariants of the rows, and whether constraints and triggers are in place."""
