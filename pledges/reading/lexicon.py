"""The lexicon of the reader, from the files of the record. It needs no database."""

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from pledges.database.chinese import simplified_characters
from pledges.extraction.lexicon import Lexicon, Metric


@cache
def lexicon() -> Lexicon:
    """Return the units, metrics and other names of places that are shipped, with those of `RECORD` if one is set."""
    return Lexicon(
        units={unit["symbol"]: unit["dimension"] for unit in _entries("units.yaml")},
        metrics=tuple(
            Metric(metric["slug"], metric["name"], tuple(metric.get("aliases", ())), metric.get("dimension", ""))
            for metric in _entries("metrics.yaml")
        ),
        simplified=simplified_characters(),
        places=dict(_other_names()),
    )


def _other_names() -> Iterator[tuple[str, str]]:
    """Yield other names of places with the name, such as 土左旗 with 土默特左旗."""
    with (settings.BASE_DIR / "fixtures" / "places.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield from ((alias, row["name"]) for alias in row["aliases"].split("|") if alias)
    for place in _entries("places.yaml"):
        yield from ((alias, place["name"]) for alias in place.get("aliases", ()))


def _entries(name: str) -> Iterator[dict[str, Any]]:
    for folder in (settings.BASE_DIR / "fixtures", settings.RECORD):
        file = Path(folder) / name if folder else None
        if file and file.is_file():
            yield from yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader) or ()
