"""`load_pledges --output` writes the candidates of texts, without a database."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

PAGE = "青湖县2025年工作计划\n全年新建农村公路130公里，力争完成投资2.6亿元以上。\n"


def read(folder: Path, name: str, content: str, **options: Any) -> list[dict[str, Any]]:
    (folder / name).write_text(content, encoding="utf-8", newline="")
    call_command("load_pledges", folder / name, output=folder / "candidates.jsonl", verbosity=0, **options)
    return [json.loads(line) for line in (folder / "candidates.jsonl").read_text(encoding="utf-8").splitlines()]


def test_text_file_is_read_with_offsets_of_the_file(tmp_path: Path) -> None:
    text = PAGE.replace("\n", "\r\n")
    road, money = read(tmp_path, "page.txt", text, date="2025-01", place="青湖县")
    assert text[road["start"] : road["end"]] == road["quote"] == "全年新建农村公路130公里"
    assert text[money["at"] :].startswith("2.6亿元")
    expected = {"document": "page", "value": "2.6", "unit": "亿元", "bound": "at_least", "strength": "aspired",
                "deadline": "2025-12-31", "district": "青湖县", "official": None}  # fmt: skip
    assert money | expected == money


def test_lines_say_their_date_and_place(tmp_path: Path) -> None:
    lines = [{"id": "a", "text": PAGE, "date": "2025", "place": "青湖县"}, {"text": "无数字。", "date": None}]
    rows = read(tmp_path, "pages.jsonl", "\n".join(json.dumps(line) for line in lines), min_confidence=0.0)
    assert [(row["document"], row["year"]) for row in rows] == [("a", 2025)] * 2


@pytest.mark.parametrize(("content", "message"), [("{", "pages.jsonl:1: not JSON"), ('{"id": 1}', "the key `text`")])
def test_damaged_lines_are_errors(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        read(tmp_path, "pages.jsonl", content)


def test_text_without_output_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text(PAGE, encoding="utf-8")
    with pytest.raises(CommandError, match="--output"):
        call_command("load_pledges", tmp_path / "page.txt")
