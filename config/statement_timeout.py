"""A time limit for the SQL statements of processes that serve requests."""

from django.conf import settings


def limit_statements() -> None:
    """Set `STATEMENT_TIMEOUT` for all connections that this process will open.

    Commands don't call it: a load or a migration may take its time. As an option of the connection it costs no round
    trip.
    """
    if settings.STATEMENT_TIMEOUT:
        options = settings.DATABASES["default"]["OPTIONS"]
        options["options"] = f"{options.get('options', '')} -c statement_timeout={settings.STATEMENT_TIMEOUT}s"
