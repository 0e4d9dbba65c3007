from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from pledges.management.base import RecordCommand
from pledges.sample.loader import InUseError, load_sample


class Command(RecordCommand):
    help = "Load a fictional city with pledges and follow-ups in every state, into a throwaway database."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            sample = load_sample(timezone.localdate())
        except InUseError as error:
            raise CommandError(
                "This database already has follow-ups. The sample can't be removed; load it into a throwaway "
                "database only. Nothing was changed."
            ) from error
        if sample is None:
            self.stdout.write("The sample is already loaded; nothing was changed.")
            return
        self.stdout.write(
            f"Loaded the sample: {sample.pledges} pledges of 样例市, {sample.follow_ups} follow-ups"
            f" by {sample.author} and {sample.reviewer}."
        )
