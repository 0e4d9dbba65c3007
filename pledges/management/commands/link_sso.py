from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User
from django.core.management.base import CommandError, CommandParser

from pledges.management.base import RecordCommand
from pledges.workflow.single_sign_on import PROVIDER, link


class Command(RecordCommand):
    help = "Let a person log in to an existing account by single sign-on, which otherwise refuses to enter it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", metavar="USER", help="a user name")
        parser.add_argument("subject", metavar="SUBJECT", help="the provider's identifier of the person (`sub`)")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(f"There is no user “{options['user']}”.")
        linked = SocialAccount.objects.filter(provider=PROVIDER)
        if linked.filter(user=user).exists():
            raise CommandError(f"The account of {user} is linked already.")
        if linked.filter(uid=options["subject"]).exists():
            raise CommandError(f"“{options['subject']}” is linked to another account.")
        link(user, options["subject"])
        self.stdout.write(f"{options['subject']} now logs in to the account of {user}.")
