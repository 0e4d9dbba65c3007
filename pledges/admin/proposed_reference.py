"""Public references: proposed to the editor, who may choose another."""

import re

from django.db.models.functions import Length

from pledges.models import Pledge


def next_reference(year: int) -> str:
    """The next number of the series that was added to most recently, of this year where its name has one.

    After hhht-2025-058 it is hhht-2026-019, if 018 is the last of 2026; empty in an empty database.
    """
    newest = Pledge.objects.filter(ref__regex="[0-9]$").order_by("-pk").first()
    if newest is None:
        return ""
    number = re.search("[0-9]+$", newest.ref)[0]  # type: ignore[index]  # the query asked for it
    series = re.sub("(?<![0-9])[0-9]{4}-$", f"{year}-", newest.ref.removesuffix(number))
    last = (
        Pledge.objects.filter(ref__regex=f"^{re.escape(series)}[0-9]+$")
        .order_by(Length("ref").desc(), "-ref")
        .values_list("ref", flat=True)
        .first()
    )
    count = int(last.removeprefix(series)) if last else 0
    return f"{series}{count + 1:0{len(number)}}"
