"""The base class of lists and details whose serializers cannot be translated to SQL."""

from collections.abc import Iterable, Iterator
from typing import Any

from pledges.api.fast_lists.json_rows import encode
from pledges.api.views.records import RecordViewSet
from pledges.database.batches import batches

BATCH_SIZE = 200  # instances in memory, with their related rows


class ComputedViewSet(RecordViewSet):
    """A view set that serializes instances in Python. Pagination, formats and streaming are as in other lists."""

    def json_rows(self, keys: Iterable[Any]) -> Iterator[str]:
        serializer = self.get_serializer()
        for batch in batches(keys, BATCH_SIZE):
            rows = self.get_queryset().in_bulk(batch)
            yield from (encode(serializer.to_representation(rows[key])) for key in batch if key in rows)
