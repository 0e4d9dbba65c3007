"""The pledges of a record's pages, to compare with what is read in their texts."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from pledges.domain.quotes import PageText
from pledges.extraction.scoring import Expected


class RecordedPage(NamedTuple):
    document: str
    date: str
    text: str
    expected: list[Expected]


def recorded_pages(record: Path, texts: Path) -> Iterator[RecordedPage]:
    """Yield the pages of a record, a folder of YAML files, whose text is `texts/<document>.txt`."""
    for file in sorted(record.glob("*.yaml")):
        page = yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
        if not isinstance(page, dict) or "statements" not in page:
            continue
        text_file = texts / f"{page['document']['slug']}.txt"
        if text_file.is_file():
            text = text_file.read_bytes().decode()
            yield RecordedPage(
                page["document"]["slug"],
                str(page["document"].get("date") or ""),
                text,
                list(_expected(page["statements"], PageText(text))),
            )


def _expected(statements: list[dict[str, Any]], text: PageText) -> Iterator[Expected]:
    for statement in statements:
        for pledge in statement["pledges"]:
            span = text.find(pledge["quote"])
            if span:
                fields = dict(pledge)
                fields["deadline"] = str(pledge.get("deadline") or "")
                fields["speaker"] = statement.get("official") or statement.get("organisation") or ""
                fields["place"] = pledge.get("district") or statement.get("district") or ""
                yield Expected(None, *span, fields)


def labelled_page(file: Path) -> RecordedPage:
    """Return a text with its labels: JSON Lines beside `<name>.txt`, the first of which has `date` and `place`."""
    head, *rows = (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip())
    text = file.with_suffix(".txt").read_bytes().decode()
    expected = [Expected(row["at"], row["start"], row["end"], row) for row in rows]
    return RecordedPage(head["document"], head.get("date") or "", text, expected)
