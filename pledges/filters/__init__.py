"""The filter sets of all lists, shared by API, admin and exports."""
