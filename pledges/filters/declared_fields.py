"""Restrict declared fields to those that a request uses."""

from collections.abc import Callable
from typing import Any


def restrict_declared(instance: Any, attribute: str, is_used: Callable[[str], bool]) -> None:
    """Hide the declarations of a form, filter set or serializer that `is_used` rejects. Call it before they are copied.

    Django (`base_fields`), django-filter (`base_filters`) and DRF (`_declared_fields`) deep-copy all declarations of a
    class for each instance. A request uses a few of up to thirty, and copying the others would take longer than
    everything else in Python. The libraries read the attribute from `self`, so one on the instance replaces that of
    the class, which stays as it is.
    """
    declared = getattr(type(instance), attribute)
    setattr(instance, attribute, {name: field for name, field in declared.items() if is_used(name)})
