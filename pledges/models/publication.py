"""Officials, bodies, posts, documents and statements are public only if a published pledge refers to them."""

from functools import reduce
from operator import or_

from django.apps import apps
from django.db.models import Exists, OuterRef, Q


def has_public_pledge(*paths: str) -> Q:
    """Return the condition that a published pledge refers to a row. `paths` are lookups from the pledge to the row."""
    pledges = apps.get_model("pledges", "Pledge")  # not imported: that module imports this one
    rows = (pledges.objects.public().filter(**{path: OuterRef("pk")}) for path in paths)
    return reduce(or_, (Q(Exists(referring)) for referring in rows))
