"""A JSON log formatter that adds the request ID and masks secrets. Used by the LOGGING setting."""

import logging
import re

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

from pledges.api.http.request_id import request_id

# API tokens, webhook secrets, credentials in URLs and links for a new password, recognised by their format.
SECRET = re.compile(r"dx_[0-9a-f]{16,}|whsec_[\w+/=-]+|(?<=://)[^\s/?#]+(?=@)|\b[0-9a-z]{6}-[0-9a-f]{32}\b")


class RequestIdFilter(logging.Filter):
    """Add the ID of the current request to each record; None outside a request. No record is dropped."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True


class Formatter(JsonFormatter):
    def __init__(self) -> None:
        super().__init__(
            ["levelname", "name", "message", "request_id"],
            rename_fields={"levelname": "level", "name": "logger", "exc_info": "exception"},
            # Django adds the last two. They are left out, because the repr of a request contains its query string.
            reserved_attrs=[*RESERVED_ATTRS, "request", "status_code"],
            timestamp="time",
            json_ensure_ascii=False,
        )

    def format(self, record: logging.LogRecord) -> str:
        return SECRET.sub("***", super().format(record))
