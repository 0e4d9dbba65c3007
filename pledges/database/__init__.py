"""Features of PostgreSQL beyond the ORM: prepared queries, snapshots, locks for rows and migrations."""
