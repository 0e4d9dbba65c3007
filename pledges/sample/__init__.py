"""A sample record of a fictitious city, for trying out the admin and the API."""
