"""Lists and details whose rows only Python can make."""

from collections.abc import Iterable, Iterator
from typing import Any

from pledges.api.fast_lists.json_rows import encode
from pledges.api.views.records import RecordViewSet
from pledges.database.batches import batches

ROWS_AT_ONCE = 200  # each as an instance, with all that it takes to compute it


class ComputedViewSet(RecordViewSet):
    def texts(self, keys: Iterable[Any] | None) -> Iterator[str]:
        serializer = self.get_serializer()
        for some in batches(keys or [], ROWS_AT_ONCE):
            rows = self.get_queryset().in_bulk(some)
            yield from (encode(serializer.to_representation(rows[key])) for key in some if key in rows)
