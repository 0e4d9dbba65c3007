"""Imports actual figures from a spreadsheet: preview first, then submitted follow-ups."""
