"""Database options of processes that serve requests."""

from django.conf import settings

POOL_TIMEOUT = 5  # seconds that a request waits for a free connection


def configure_connections() -> None:
    """Use a pool of connections, and stop each SQL statement after `STATEMENT_TIMEOUT`.

    Commands do neither: a load or a migration may take its time, and one connection without a pool fails at once where
    there is no server. As an option of the connection, the time limit costs no round trip.
    """
    options = settings.DATABASES["default"]["OPTIONS"]
    options["pool"] = {"timeout": POOL_TIMEOUT}
    if settings.STATEMENT_TIMEOUT:
        options["options"] = f"{options.get('options', '')} -c statement_timeout={settings.STATEMENT_TIMEOUT}s"
