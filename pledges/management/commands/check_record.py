import sys
from itertools import chain
from typing import Any

from pledges.integrity.invariants import INVARIANTS, violations
from pledges.integrity.schema_drift import rules_not_at_work
from pledges.management.base import RecordCommand, counted
from pledges.models import FollowUp, Pledge


class Command(RecordCommand):
    help = "Check that all of the record is as it must be; say what is not, and end with 1 then."

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = 0
        for violation in chain(rules_not_at_work(), violations(INVARIANTS)):
            wrong += 1
            self.stdout.write(str(violation), self.style.ERROR)
        if wrong:
            self.stdout.write("1 thing is wrong." if wrong == 1 else f"{wrong} things are wrong.")
            sys.exit(1)
        held = f"{counted(Pledge.objects.count(), 'pledge')}, {counted(FollowUp.objects.count(), 'follow-up')}"
        self.stdout.write(f"{held}: all in order")
