"""Triggers: rules that span tables, derived columns, the edit marks and the change log."""
