"""Lists whose JSON is made by PostgreSQL."""
