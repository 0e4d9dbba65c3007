"""Tables of Chinese characters for searches: traditional and simplified forms, and pinyin."""

import json
from functools import cache
from pathlib import Path
from typing import Any

TABLES = Path(__file__).with_name("characters.json")


@cache
def simplified_characters() -> dict[str, str]:
    """Return the simplified form of each traditional character."""
    tables: dict[str, Any] = json.loads(TABLES.read_text(encoding="utf-8"))
    simplified: dict[str, str] = tables["simplified"]
    return simplified
