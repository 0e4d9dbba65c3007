"""Show names and values in messages: quoted, shortened, and with the most similar names that are known."""

import difflib
import os
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from pledges.database.chinese import simplified_characters

MAX_NAME_LENGTH = 100


def display_path(path: Path) -> str:
    """Return a path as messages name it: from the folder of the program if it is in it, otherwise from the root."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 unlike resolve(), it keeps the names of symbolic links
    return str(absolute.relative_to(settings.BASE_DIR) if absolute.is_relative_to(settings.BASE_DIR) else absolute)


def format_value(value: object, max_length: int = 60) -> str:
    """Format a value found in a file: quoted, shortened, and without characters that control a terminal."""
    match value:
        case dict():
            return _("a mapping")
        case list():
            return _("a list")
        case bool():
            return str(value).lower()
    text = str(value)
    text = text if text.isprintable() else repr(text)[1:-1]
    return f"“{text[:max_length]}…”" if len(text) > max_length else f"“{text}”"


def _fold(name: str) -> str:
    """Return a name in which other spellings of the same are equal: 亿圆, 億元 and 亿元, kwh and kWh."""
    return unicodedata.normalize("NFKC", name).casefold().translate(_spellings())


@lru_cache(maxsize=1)
def _spellings() -> dict[int, str]:
    return str.maketrans(simplified_characters() | {"圆": "元", "圓": "元"})


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the end of a message, “; did you mean …?”, with similar known names, or an empty string without any.

    It takes milliseconds for each call with many known names: call it for a limited number of errors.
    """
    if len(name) > MAX_NAME_LENGTH:
        return ""
    names, folded = list(known), _fold(name)
    close = [other for other in names if _fold(other) == folded]
    close = close or difflib.get_close_matches(name, names, n=3, cutoff=0.4)
    if not close:
        return ""
    return _("; did you mean %(names)s?") % {"names": _(" or ").join(f"“{name}”" for name in close)}
