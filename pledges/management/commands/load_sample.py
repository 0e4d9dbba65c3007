from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from pledges.management.base import RecordCommand
from pledges.sample import city


class Command(RecordCommand):
    help = "Adds a city that does not exist, with pledges and follow-ups in every state; for a throwaway database."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = city.make(timezone.localdate())
        except city.InUseError as error:
            raise CommandError(
                "This database has follow-ups of its own. The sample can't be taken out again, so it is only for a "
                "database that can be thrown away; nothing was changed."
            ) from error
        if made is None:
            self.stdout.write("The sample is here already; nothing was changed.")
            return
        self.stdout.write(
            f"The sample is here: {made.pledges} pledges of 样例市, {made.follow_ups} follow-ups"
            f" by {made.author} and {made.reviewer}."
        )
