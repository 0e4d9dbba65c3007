"""Loads pledges from files: entries, checked rows, a staging table, the record."""
