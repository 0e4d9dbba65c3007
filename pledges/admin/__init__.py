"""The desks of the editors, one file for each."""

from . import accounts, people, places, pledges, quantities, sources

__all__ = ["accounts", "people", "places", "pledges", "quantities", "sources"]
