"""Find rows by the names that people write: in files, forms, spreadsheets and parameters."""
