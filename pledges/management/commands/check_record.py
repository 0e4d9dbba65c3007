import sys
from itertools import chain
from typing import Any

from pledges.integrity.invariants import INVARIANTS, violations
from pledges.integrity.schema_drift import missing_or_disabled_rules
from pledges.management.base import RecordCommand, format_count
from pledges.models import FollowUp, Pledge, RecordSettings


class Command(RecordCommand):
    help = "Check the integrity of the record; list violations and exit with status 1 if there are any."

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        for violation in chain(missing_or_disabled_rules(), violations(INVARIANTS)):
            count += 1
            self.stdout.write(str(violation), self.style.ERROR)
        if RecordSettings.objects.differ():
            count += 1
            self.stdout.write("The database follows other settings than RECORD: run `prepare`.", self.style.ERROR)
        if count:
            self.stdout.write(f"{format_count(count, 'violation')} found.")
            sys.exit(1)
        pledges = format_count(Pledge.objects.count(), "pledge")
        follow_ups = format_count(FollowUp.objects.count(), "follow-up")
        self.stdout.write(f"Checked {pledges} and {follow_ups}: no violations.")
