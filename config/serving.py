"""Connection options for processes that serve requests. Applied in `config.wsgi`."""

from django.conf import settings

THREADS = 4  # of each process that execute requests
CONNECTIONS = THREADS + 1  # one for the webhooks, which `make run` delivers in the same process
POOL_TIMEOUT = 5  # seconds that a request waits for a free connection


def configure_connections() -> None:
    """Use a pool of connections, and stop each SQL statement after `STATEMENT_TIMEOUT`.

    Commands use neither. A load or a migration may take longer, and without a pool, a command fails at once if there is
    no server. The time limit is an option of the connection, because a `SET` would cost a round trip.
    """
    options = settings.DATABASES["default"]["OPTIONS"]
    options["pool"] = {"max_size": CONNECTIONS, "timeout": POOL_TIMEOUT}
    if settings.STATEMENT_TIMEOUT:
        options["options"] = f"{options.get('options', '')} -c statement_timeout={settings.STATEMENT_TIMEOUT}s"
