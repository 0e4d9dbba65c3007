"""JSON columns with numbers of any precision."""

import json
from decimal import Decimal
from typing import Any


class ExactJSONDecoder(json.JSONDecoder):
    """Read numbers with a point as Decimal: a float would change their last digits."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"parse_float": Decimal})
