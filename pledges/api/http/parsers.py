"""Parsers of request bodies with limited sizes."""

import json
from decimal import Decimal
from typing import Any, NoReturn

from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
from rest_framework import parsers
from rest_framework.exceptions import ParseError

from pledges.models.evidence import MAX_BYTES

MAX_UPLOAD = MAX_BYTES + 1024 * 1024  # the file and its other fields


class JSONParser(parsers.JSONParser):
    """A JSON parser that parses numbers as `Decimal`, so that no digits are lost."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            return json.loads(parser_context["request"].body, parse_float=Decimal, parse_constant=_reject_constant)
        except json.JSONDecodeError as error:
            message = _("Not valid JSON: see line %(line)s, column %(column)s.")
            raise ParseError(message % {"line": error.lineno, "column": error.colno}) from error
        except (ValueError, RecursionError) as error:
            raise ParseError(_("Not valid JSON.")) from error


class MultiPartParser(parsers.MultiPartParser):
    """A multipart parser that checks the size before it reads the body."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        if int(parser_context["request"].META.get("CONTENT_LENGTH") or 0) > MAX_UPLOAD:
            raise RequestDataTooBig
        return super().parse(stream, media_type, parser_context)


def _reject_constant(constant: str) -> NoReturn:
    raise ParseError(_("Not valid JSON: %(constant)s is not a JSON number.") % {"constant": constant})
