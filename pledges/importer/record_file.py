"""Read `record.yaml`, the settings of a record: its time zone, fiscal year and currency.

Django's settings are read from it, so this module can't use them.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ImproperlyConfigured

from pledges.importer.yaml_tree import Node, YamlError, parse

NAME = "record.yaml"
KEYS = ("time_zone", "fiscal_year_starts", "currency", "currency_en")


@dataclass(frozen=True)
class RecordFile:
    """The defaults are those of China.

    A fiscal year begins with the first day of the month `fiscal_year_starts`, and is named by the year in which it
    begins. `currency` is the base unit of amounts of money, `currency_en` its English name.
    """

    time_zone: str = "Asia/Shanghai"
    fiscal_year_starts: int = 1
    currency: str = "元"
    currency_en: str = "yuan"


def read(folder: Path | None) -> RecordFile:
    """Return the settings of the record in a folder. Raise ImproperlyConfigured with the line of an error."""
    path = folder and folder / NAME
    if not path or not path.is_file():
        return RecordFile()
    try:
        root = parse(path.read_text(encoding="utf-8-sig")) or Node(1, {})
    except (YamlError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{path}:{getattr(error, 'line', 1)}: {error}") from error
    if not isinstance(root.value, dict):
        raise ImproperlyConfigured(f"{path}:{root.line}: expected settings, such as time_zone: Asia/Shanghai")
    values: dict[str, Any] = {key: _value(path, key, node) for key, node in root.value.items()}
    settings = RecordFile(**values)
    if settings.currency != RecordFile.currency and settings.currency_en == RecordFile.currency_en:
        line = root.value["currency"].line
        raise ImproperlyConfigured(f"{path}:{line}: a currency has an English name, too: add currency_en")
    return settings


def _value(path: Path, key: str, node: Node) -> str | int:
    value = node.value.strip() if isinstance(node.value, str) else ""
    if key not in KEYS:
        expected = f"expected one of {', '.join(KEYS)}"
    elif key == "fiscal_year_starts":
        if value.isascii() and value.isdecimal() and 1 <= int(value) <= 12:
            return int(value)
        expected = "expected the number of a month, from 1 to 12"
    elif key == "time_zone":
        if value in available_timezones() and ZoneInfo(value):
            return value
        expected = "expected a time zone such as Asia/Shanghai or Europe/Oslo"
    elif 0 < len(value) <= 20:
        return value
    else:
        expected = "expected a word of at most 20 characters"
    raise ImproperlyConfigured(f"{path}:{node.line}: {key}: found “{value[:60]}”, {expected}")
