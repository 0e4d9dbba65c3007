"""The admin site of the editors. A model is registered in the module that has the name of its module in `models`."""

from pledges.admin import checking_queue, follow_up, metric, person, place, pledge, source, token, unit, users, webhook

__all__ = [
    "checking_queue",
    "follow_up",
    "metric",
    "person",
    "place",
    "pledge",
    "source",
    "token",
    "unit",
    "users",
    "webhook",
]
