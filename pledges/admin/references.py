"""Public references: proposed to the editor, who may choose another."""

import re

from django.db.models.functions import Length

from pledges.models import Pledge


def next_reference() -> str:
    """The number after the last one of the series that was added to most recently; empty in an empty database."""
    newest = Pledge.objects.filter(ref__regex="[0-9]$").order_by("-pk").first()
    if newest is None:
        return ""
    series = newest.ref.rstrip("0123456789")
    last = (
        Pledge.objects.filter(ref__regex=f"^{re.escape(series)}[0-9]+$")
        .order_by(Length("ref").desc(), "-ref")
        .values_list("ref", flat=True)[0]
    )
    number = last.removeprefix(series)
    return f"{series}{int(number) + 1:0{len(number)}}"
