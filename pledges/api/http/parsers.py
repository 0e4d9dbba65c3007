"""Parsers of request bodies with limited sizes."""

import json
from collections import Counter
from decimal import Decimal
from typing import Any, NoReturn

from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
from rest_framework import parsers
from rest_framework.exceptions import ParseError

from pledges.domain.text import encodable
from pledges.models.evidence import MAX_BYTES

MAX_UPLOAD = MAX_BYTES + 1024 * 1024  # the file and its other fields
MAX_KEY_LENGTH = 200  # in a message
COMPATIBLE_CHARSETS = {"utf-8", "utf8", "us-ascii", "ascii"}


class JSONParser(parsers.JSONParser):
    """A strict parser of UTF-8, with or without a byte order mark.

    Numbers become `Decimal`, so that no digits are lost. A duplicate key is an error: of two values, only one would be
    written.
    """

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        request = parser_context["request"]
        charset = request.content_params.get("charset", "utf-8")
        if charset.lower() not in COMPATIBLE_CHARSETS:
            raise ParseError(_("JSON must be in UTF-8, not in %(charset)s.") % {"charset": charset})
        try:
            return json.loads(
                request.body.decode("utf-8-sig"),
                parse_float=Decimal,
                parse_constant=_reject_constant,
                object_pairs_hook=_unique_keys,
            )
        except UnicodeDecodeError as error:
            raise ParseError(_("Not valid JSON: the body is not in UTF-8.")) from error
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


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        [(key, _count)] = Counter(key for key, _value in pairs).most_common(1)
        raise ParseError(_("The key “%(key)s” occurs more than once.") % {"key": encodable(key[:MAX_KEY_LENGTH])})
    return values


def _reject_constant(constant: str) -> NoReturn:
    raise ParseError(_("Not valid JSON: %(constant)s is not a JSON number.") % {"constant": constant})
