"""Database triggers: rules that span tables, derived columns, edit marks and the change log.

`rejection` has the messages of all rules that only a trigger can enforce.
"""
