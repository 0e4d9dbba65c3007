"""Import actual figures from a spreadsheet: show a preview, and write the confirmed rows as submitted follow-ups."""
