import re
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from pledges.management.base import RecordCommand
from pledges.models.token import MAX_DAYS, create_token

UNITS = {"h": "hours", "d": "days"}


class Command(RecordCommand):
    help = "Create an API token for a user. It is printed only once, because the database stores only its hash."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", metavar="USER", help="a user name")
        parser.add_argument(
            "--expires", metavar="90d", default="90d", help="lifetime in hours (12h) or days (30d); default: 90d"
        )
        parser.add_argument(
            "--may-approve",
            action="store_true",
            help="let it also approve and return follow-ups, as its user may",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        lifetime = self._lifetime(options["expires"])
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(f"There is no user “{options['user']}”.")
        if not user.is_active:
            raise CommandError(f"The account of {user} is not active: tokens of inactive accounts are rejected.")
        stored, token = create_token(user, lifetime, may_approve=options["may_approve"])
        self.stdout.write(token)
        until = timezone.localtime(stored.expiry)
        self.stderr.write(f"Token for {user}, valid until {until:%Y-%m-%d %H:%M}; it can't be shown again.")

    def _lifetime(self, text: str) -> timedelta:
        match = re.fullmatch(r"([1-9][0-9]{0,5})([hd])", text)
        lifetime = timedelta(**{UNITS[match[2]]: int(match[1])}) if match else None
        if lifetime is None or lifetime > timedelta(days=MAX_DAYS):
            raise CommandError(
                f"--expires is {text!r}; it must be in hours or days, such as 12h or 90d, and at most {MAX_DAYS}d."
            )
        return lifetime
