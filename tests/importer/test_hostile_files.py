"""Files that try to make the importer work for minutes. Each has a budget of CPU time, generous for a slow machine."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from pledges.domain.text import clean_line, clean_link, clean_name, clean_text
from pledges.importer.file_problems import MAX_PROBLEMS, LoadError
from pledges.importer.loader import load
from tests.importer.pages import LINE, PAGE

pytestmark = [
    pytest.mark.slow,
    pytest.mark.hostile,
    pytest.mark.django_db,
    pytest.mark.usefixtures("places_metrics_and_units"),
]

MAX_CPU_SECONDS = 5
LENGTH = 900_000
SEED, MUTATIONS = 13, 30


def line(**fields: Any) -> str:
    return json.dumps(LINE | fields, ensure_ascii=False)


def keys(count: int) -> dict[str, int]:
    return {f"quot{number}": 1 for number in range(count)}


def repeated_key() -> str:
    return json.dumps(keys(60_000))[:-1] + ', "quot59999": 1}'


def many_pledges(field: str) -> str:
    return PAGE.replace(f"{field}: ", f"{field}: {'x' * 1_000_000}", 1) + "      - {}\n" * 3_000


JSONL: dict[str, Callable[[], str]] = {
    "unknown keys": lambda: line(**keys(60_000)),
    "unknown keys of many lines": lambda: "\n".join(line(**keys(90)) for _number in range(500)),
    "unknown places": lambda: "\n".join(line(district=f"云岭{number}", metric=f"m{number}") for number in range(2_000)),
    "long name": lambda: line(district="云" * 300_000, measure="t" * 300_000),
    "long key": lambda: line(**{"k" * LENGTH: 1}),
    "repeated key": repeated_key,
    "spaces": lambda: line(value="", **dict.fromkeys(["quote", "note", "official"], "甲" + " " * 200_000 + "乙")),
    "digits": lambda: line(**dict.fromkeys(["value", "year", "deadline", "period"], "9" * 200_000)),
    "exponent": lambda: line().replace('"385"', "1e999999999"),
    "references": lambda: line(supersedes=[f"r-{number}" for number in range(60_000)], ref="r" * 90_000),
    "nested": lambda: "[" * LENGTH,
    "nested value": lambda: line(note=0).replace('"note": 0', '"note": ' + "[" * 400_000 + "]" * 400_000),
}
YAML: dict[str, Callable[[], str]] = {
    "unknown keys": lambda: PAGE + "".join(f"        quot{number}: 1\n" for number in range(10_000)),
    "unknown keys of the page": lambda: PAGE + "".join(f"documen{number}: 1\n" for number in range(10_000)),
    "aliases": lambda: "a: &a [x]\n" + "".join(f"b{number}: [{'*a, ' * 100}]\n" for number in range(100)),
    "nested": lambda: "[" * 1_000_000,
    "nested mappings": lambda: "{a: " * 1_000_000,
    "long text": lambda: "y" * 2_000_000,
    "long key": lambda: f"? {'y' * 2_000_000}\n: 1\n",
    "repeated long key": lambda: f"? {'y' * 2_000_000}\n: 1\n" * 2,
    "long title of many pledges": lambda: many_pledges("title"),
    "long headline of many pledges": lambda: many_pledges("headline"),
    "quotes": lambda: '"' * 2_000_000,
    "dashes": lambda: "- " * 500_000,
}


def messages(path: Path, text: str) -> tuple[list[str], int, float]:
    """Return the messages about a file, the number of its problems, and the CPU time that they took."""
    path.write_text(text, encoding="utf-8")
    started = process_time()
    try:
        load([path], check=True)
    except LoadError as error:
        found = error.problems
        return [str(problem) for problem in found.kept], found.count, process_time() - started
    return [], 0, process_time() - started


@pytest.mark.parametrize(("kind", "name"), [*(("jsonl", name) for name in JSONL), *(("yaml", name) for name in YAML)])
def test_file_is_rejected_within_its_budget(tmp_path: Path, kind: str, name: str) -> None:
    text = {"jsonl": JSONL, "yaml": YAML}[kind][name]()

    found, count, seconds = messages(tmp_path / f"file.{kind}", text)

    assert 0 < len(found) == min(count, MAX_PROBLEMS)
    assert max(map(len, found)) < 1_000
    assert seconds < MAX_CPU_SECONDS


def mutated(text: str, chance: random.Random) -> str:
    """Return a text with a part removed, repeated, moved or replaced by characters that mean something."""
    start = chance.randrange(len(text))
    part = text[start : start + chance.choice([1, 5, 50, 500])]
    rest = text[:start], text[start + len(part) :]
    match chance.randrange(4):
        case 0:
            return "".join(rest)
        case 1:
            return (part * chance.choice([2, 100, 1_000])).join(rest)
        case 2:
            return "".join(rest) + part
    return (chance.choice(list("[]{}&*:?|>-\"'\t\n \u00ad\u3000９")) * chance.choice([1, 10, 10_000])).join(rest)


@pytest.mark.parametrize("kind", ["jsonl", "yaml"])
def test_mutated_files_are_read_within_their_budget(tmp_path: Path, kind: str) -> None:
    chance = random.Random(SEED)  # noqa: S311 the files have to be the same in each run
    original = PAGE if kind == "yaml" else "\n".join(line(ref=f"yl-{number}") for number in range(5))
    total = 0.0
    for _number in range(MUTATIONS):
        text = original
        for _round in range(chance.randrange(1, 4)):
            text = mutated(text, chance)[:300_000]
        total += messages(tmp_path / f"file.{kind}", text)[2]
    assert total < MUTATIONS / 2


@pytest.mark.parametrize("clean", [clean_text, clean_line, clean_name, clean_link])
@pytest.mark.parametrize("run", [" ", "\u3000", " \n", "\n ", "\u00ad "])
def test_long_run_of_spaces_is_cleaned_in_linear_time(clean: Callable[[str], str], run: str) -> None:
    started = process_time()
    clean(f"甲{run * 100_000}乙")
    assert process_time() - started < 1
