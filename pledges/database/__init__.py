"""Access to PostgreSQL beyond the ORM: prepared queries, snapshots, row locks, batches."""
