"""The admin site. Each module registers the models of the module of the same name in `pledges.models`."""

from pledges.admin import (
    amendment,
    body,
    checking_queue,
    follow_up,
    metric,
    person,
    place,
    pledge,
    source,
    token,
    unit,
    users,
    waiting_draft,
    webhook,
)

__all__ = [
    "amendment",
    "body",
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
    "waiting_draft",
    "webhook",
]
