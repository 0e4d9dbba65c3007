import logging
from typing import Any

from django.conf import settings
from django.core.mail import mail_admins
from django.core.management.base import BaseCommand, CommandParser

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Report that a unit of systemd has failed: in the log, to SENTRY_DSN, and by mail to ALERT_EMAIL."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("unit", help="its name, such as duixian-backup")

    def handle(self, *args: Any, unit: str, **options: Any) -> None:
        logger.error("A unit of systemd has failed: %s", unit)
        host = settings.SITE_URL.partition("://")[2]
        text = f"The unit {unit} of {host} has failed. Its log on the server: journalctl --unit {unit}\n"
        mail_admins(f"{unit} has failed", text)
        recipients = ", ".join(address for _name, address in settings.ADMINS)
        self.stdout.write(f"Reported {unit} to {recipients or 'nobody by mail, because ALERT_EMAIL is not set'}.")
