"""Imports actual figures from a spreadsheet: shows a preview, and writes the confirmed rows as submitted follow-ups."""
