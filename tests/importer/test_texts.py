"""Texts of files are cleaned, so that names and quotes that look alike are equal."""

from pathlib import Path
from typing import Any

import pytest

from pledges.importer.file_problems import LoadError
from pledges.importer.loader import load
from pledges.models import Document, Official, Pledge, Post, Statement
from tests.importer.pages import PAGE, lines, page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places_metrics_and_units")]


def alike(*names: str) -> list[dict[str, Any]]:
    return [
        {"ref": f"yl-{i}", "document": f"page-{i}", "official": name, "post": "市长" + i * "\u200b"}
        for i, name in enumerate(names)
    ]


@pytest.mark.parametrize(
    "names",
    [
        ["李建明", "\uf9e1建明"],
        ["高建青", "⾼建⻘"],
        ["Lü Wei", "Lu\u0308 Wei", "Lü\u00a0Wei"],
        ["Ada Example", "Ada Example\u200b", "\ufeffAda  Example"],
        [f"阿依努尔{dot}买买提" for dot in "·•・‧⋅∙･"],
    ],
)
def test_names_that_look_alike_are_one_official_in_one_post(tmp_path: Path, names: list[str]) -> None:
    load([lines(tmp_path, *alike(*names))])

    assert Official.objects.get().name == names[0]
    assert Post.objects.count() == 1
    assert Pledge.objects.count() == len(names)


def test_names_of_places_metrics_and_units_are_cleaned(tmp_path: Path) -> None:
    load(
        [
            lines(
                tmp_path,
                {
                    "district": "云岭市\u200b",
                    "metric": " 年度投资额",
                    "unit": "亿\u2060元",
                    "official_slug": "张\ufeff三丰",
                },
            )
        ]
    )

    assert Statement.objects.get().speaker.slug == "张三丰"


def test_yaml_and_json_lines_mean_the_same(tmp_path: Path) -> None:
    folded = PAGE.replace("quote: 年度计划投资385亿元", "quote: |\n          年度计划\n          投资385亿元")
    load([page(tmp_path, folded)])
    report = load([lines(tmp_path, {"quote": "年度计划\r\n投资⼀".replace("⼀", "385亿元")})], check=True)

    assert Pledge.objects.get(ref="yl-2025-001").quote == "年度计划投资385亿元"
    assert not report.conflicts


def test_line_break_between_latin_words_is_a_space(tmp_path: Path) -> None:
    load([lines(tmp_path, {"quote": "we shall plant 500\ntrees by the river", "note": "one\r\ntwo\n"})])

    pledge = Pledge.objects.get()
    assert (pledge.quote, pledge.note) == ("we shall plant 500 trees by the river", "one\ntwo")


def test_quote_is_found_in_text_with_radicals_and_other_dots(tmp_path: Path) -> None:
    (tmp_path / "yunling-daily-1.txt").write_text("⼀季度\u200b阿依努尔・\f买买提：开⼯项⽬128个", encoding="utf-8")
    load([lines(tmp_path, {"quote": "一季度阿依努尔·买买提：开工项目128个"})], texts=tmp_path)

    assert Document.objects.get().text == "一季度阿依努尔・\n买买提：开工项目128个"


def test_text_of_invisible_characters_is_empty(tmp_path: Path) -> None:
    with pytest.raises(LoadError) as error:
        load([lines(tmp_path, {"quote": "\u200b\u3000"})])
    assert "quote: empty" in str(error.value.problems.kept[0])


@pytest.mark.parametrize(("text", "character"), [("a\u0007", "U+0007"), ("a\ud800", "U+D800"), ("a\uffff", "U+FFFF")])
def test_control_character_is_an_error_that_names_it(tmp_path: Path, text: str, character: str) -> None:
    with pytest.raises(LoadError) as error:
        load([lines(tmp_path, {"official": text})])
    assert character in str(error.value.problems.kept[0])


def test_invisible_character_in_reference_is_named(tmp_path: Path) -> None:
    with pytest.raises(LoadError) as error:
        load([lines(tmp_path, {"ref": "yl\u200b-1"})])
    assert "U+200B is not allowed" in str(error.value.problems.kept[0])
