import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from pledges.integrity import INVARIANTS, OWN_APPROVAL, violations
from pledges.models import FollowUp, Pledge

from .load_pledges import counted


class Command(BaseCommand):
    help = "Check that all of the record is as it must be; say what is not, and end with 1 then."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.ONE_PERSON_DESK:
            invariants = INVARIANTS
            for allowed in violations([OWN_APPROVAL]):
                self.stdout.write(f"{allowed}, as ONE_PERSON_DESK allows", self.style.WARNING)
        else:
            invariants = [*INVARIANTS, OWN_APPROVAL]
        wrong = 0
        for violation in violations(invariants):
            wrong += 1
            self.stdout.write(str(violation), self.style.ERROR)
        if wrong:
            self.stdout.write("1 thing is wrong." if wrong == 1 else f"{wrong} things are wrong.")
            sys.exit(1)
        held = f"{counted(Pledge.objects.count(), 'pledge')}, {counted(FollowUp.objects.count(), 'follow-up')}"
        self.stdout.write(f"{held}: all in order")
