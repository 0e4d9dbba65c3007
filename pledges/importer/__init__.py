"""Loads pledges from files: entries are validated, collected in a staging table, and merged into the record."""
