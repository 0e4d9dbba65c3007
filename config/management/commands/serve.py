from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.web_server import serve, stop_on_signals


class Command(BaseCommand):
    help = "Serve the site, in production. Prepare the database and collect the static files first."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="IP address to listen on (default: %(default)s)")
        parser.add_argument("--port", type=int, default=8000, help="default: %(default)s")

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        check_host(host)
        stop_on_signals()
        serve(host, port, when_ready=lambda: self.stdout.write(f"Serving on {host}, port {port}"))


def check_host(host: str) -> None:
    """Raise CommandError if strangers could connect there past the proxy, and forge the headers that it sets."""
    try:
        address = ip_address(host)
    except ValueError as error:
        raise CommandError(f"--host is {host!r}; it must be an IP address, as in: --host 127.0.0.1") from error
    is_trusting = bool(settings.HTTPS or settings.NUM_PROXIES)
    if is_trusting and not settings.IN_CONTAINER and (address.is_unspecified or address.is_global):
        raise CommandError(
            f"With HTTPS or NUM_PROXIES, headers of the proxy are trusted, and anyone could send them to {host}. "
            "Listen on 127.0.0.1, or on the private address that the proxy connects to."
        )
