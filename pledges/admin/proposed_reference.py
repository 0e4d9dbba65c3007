"""Propose a reference in the form of a new pledge."""

import re

from django.db.models.functions import Length

from pledges.models import Pledge


def next_reference(year: int) -> str:
    """Return the next reference in the series of the newest pledge, or an empty text if no reference ends in a number.

    A year in the series is replaced by `year`: if the newest pledge is hhht-2025-058 and the last one of 2026 is
    hhht-2026-018, the next reference of 2026 is hhht-2026-019.
    """
    newest = Pledge.objects.filter(ref__regex="[0-9]$").order_by("-pk").first()
    if newest is None:
        return ""
    number = re.search("[0-9]+$", newest.ref)[0]  # type: ignore[index]  # the regex of the query
    series = re.sub("(?<![0-9])[0-9]{4}-$", f"{year}-", newest.ref.removesuffix(number))
    last = (
        Pledge.objects.filter(ref__regex=f"^{re.escape(series)}[0-9]+$")
        .order_by(Length("ref").desc(), "-ref")
        .values_list("ref", flat=True)
        .first()
    )
    count = int(last.removeprefix(series)) if last else 0
    return f"{series}{count + 1:0{len(number)}}"
