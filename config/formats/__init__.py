"""Dates are written as 2025-12-31 in both languages; see `FORMAT_MODULE_PATH` in Django's documentation."""
