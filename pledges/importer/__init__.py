"""Load pledges from files: entries are validated, copied to a staging table, and merged into the record."""
