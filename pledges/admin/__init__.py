"""The admin site of the editors, one module for each section."""

from pledges.admin import (
    accounts,
    follow_ups,
    metrics,
    people,
    places,
    pledges,
    pledges_to_check,
    sources,
    tokens,
    webhooks,
)

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

__all__ = [
    "accounts",
    "follow_ups",
    "metrics",
    "people",
    "places",
    "pledges",
    "pledges_to_check",
    "sources",
    "tokens",
    "webhooks",
]
