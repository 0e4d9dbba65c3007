"""What the settings allow and an operator should know."""

from typing import Any

from django.conf import settings
from django.core import checks


@checks.register(checks.Tags.security)
def one_person_desk(**kwargs: Any) -> list[checks.CheckMessage]:
    if not settings.ONE_PERSON_DESK:
        return []
    return [
        checks.Warning(
            "ONE_PERSON_DESK is on: whoever may approve can approve their own follow-ups.",
            hint="Take it out of the environment as soon as a second person can review.",
            id="pledges.W001",
        )
    ]


@checks.register(checks.Tags.security)
def webhooks_to_private_addresses(**kwargs: Any) -> list[checks.CheckMessage]:
    if not settings.WEBHOOKS_ALLOW_PRIVATE:
        return []
    return [
        checks.Warning(
            "WEBHOOKS_ALLOW_PRIVATE is on: whoever subscribes can make the server send to machines of its own network.",
            hint="Take it out of the environment unless all receivers of webhooks are in that network.",
            id="pledges.W002",
        )
    ]
