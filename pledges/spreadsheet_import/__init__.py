"""Imports actual figures from a spreadsheet: a preview, then submitted follow-ups."""
