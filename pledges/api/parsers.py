"""What can be sent, and how much of it."""

import json
from decimal import Decimal
from typing import Any, NoReturn

from rest_framework import parsers
from rest_framework.exceptions import ParseError

from pledges.models.evidence import MAX_BYTES

from .problems import TooLarge

MAX_UPLOAD = MAX_BYTES + 1024 * 1024  # the file, and what is said of it


class JSONParser(parsers.JSONParser):
    """Numbers stay as exact as they were written."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            return json.loads(parser_context["request"].body, parse_float=Decimal, parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            raise ParseError(f"This is not JSON: {error}.") from error


class MultiPartParser(parsers.MultiPartParser):
    """Looks at the size before anything is read."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        if int(parser_context["request"].META.get("CONTENT_LENGTH") or 0) > MAX_UPLOAD:
            raise TooLarge
        return super().parse(stream, media_type, parser_context)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")
