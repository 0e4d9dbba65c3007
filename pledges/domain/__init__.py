"""The rules of the domain as pure functions, without Django or a database. The current day is always an argument."""
