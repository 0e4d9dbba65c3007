"""System checks: settings that weaken safeguards, and a database that can't be upgraded."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core import checks
from django.db.migrations.exceptions import InconsistentMigrationHistory

from pledges.database.migrations import ADVICE, OLDER_VERSION, unapplied_migrations


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


@checks.register(checks.Tags.database)
def database_of_older_version(databases: Sequence[str] | None = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Only `migrate` and `check --database` run it. Without it, `migrate` would fail with Django's message."""
    if not databases:
        return []
    try:
        unapplied_migrations()
    except InconsistentMigrationHistory:
        return [checks.Error(OLDER_VERSION, hint=ADVICE, id="pledges.E001")]
    return []
