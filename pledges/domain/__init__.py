"""The rules of the domain as pure functions: no Django, no database, no clock of their own."""
