import sys
from itertools import chain
from typing import Any

from pledges.integrity.invariants import INVARIANTS, violations
from pledges.integrity.schema_drift import missing_or_disabled_rules
from pledges.management.base import RecordCommand, counted
from pledges.models import FollowUp, Pledge


class Command(RecordCommand):
    help = "Check that all of the record is as it must be; say what is not, and end with 1 then."

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        for violation in chain(missing_or_disabled_rules(), violations(INVARIANTS)):
            count += 1
            self.stdout.write(str(violation), self.style.ERROR)
        if count:
            self.stdout.write("1 thing is wrong." if count == 1 else f"{count} things are wrong.")
            sys.exit(1)
        checked = f"{counted(Pledge.objects.count(), 'pledge')}, {counted(FollowUp.objects.count(), 'follow-up')}"
        self.stdout.write(f"{checked}: all in order")
