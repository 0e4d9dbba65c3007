"""Officials, bodies, posts, documents and statements are public only if a published pledge refers to them."""

from django.apps import apps
from django.db.models import Exists, OuterRef


def has_public_pledge(path: str) -> Exists:
    """Return the condition that a published pledge refers to a row. `path` is the lookup from the pledge to the row."""
    pledges = apps.get_model("pledges", "Pledge")  # not imported: that module imports this one
    return Exists(pledges.objects.public().filter(**{path: OuterRef("pk")}))
