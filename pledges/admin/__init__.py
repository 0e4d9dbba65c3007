"""The desks of the editors, one file for each."""

from . import accounts, follow_ups, people, places, pledges, quantities, queue, sources, tokens, webhooks

__all__ = [
    "accounts",
    "follow_ups",
    "people",
    "places",
    "pledges",
    "quantities",
    "queue",
    "sources",
    "tokens",
    "webhooks",
]
