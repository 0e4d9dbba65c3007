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
            "ONE_PERSON_DESK is on: reviewers can approve their own follow-ups.",
            hint="Unset it as soon as a second person can review.",
            id="pledges.W001",
        )
    ]


@checks.register(checks.Tags.security)
def webhooks_to_private_addresses(**kwargs: Any) -> list[checks.CheckMessage]:
    if not settings.WEBHOOKS_ALLOW_PRIVATE:
        return []
    return [
        checks.Warning(
            "WEBHOOKS_ALLOW_PRIVATE is on: subscribers can make the server send requests to its own network.",
            hint="Unset it unless all receivers of webhooks are in that network.",
            id="pledges.W002",
        )
    ]
