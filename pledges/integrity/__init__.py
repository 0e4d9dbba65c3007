"""What `check_record` verifies: rules over the rows, and the database's own constraints and triggers."""
