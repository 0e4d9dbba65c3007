"""Officials, posts, documents and statements are public through pledges: who has only drafts is not shown."""

from django.apps import apps
from django.db.models import Exists, OuterRef


def has_public_pledge(path: str) -> Exists:
    """Whether a public pledge hangs on a row; `path` leads from the pledge to the row."""
    pledges = apps.get_model("pledges", "Pledge")  # its module imports those that ask here
    return Exists(pledges.objects.public().filter(**{path: OuterRef("pk")}))
