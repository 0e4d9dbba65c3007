"""The sample record, for trying the admin and the API: a fictitious city."""
