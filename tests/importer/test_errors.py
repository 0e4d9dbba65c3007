"""Invalid files: all errors are reported with file, line and field, and nothing is written."""

import json
import os
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from pledges.importer import page_texts
from pledges.importer.file_problems import MAX_PROBLEMS, FileProblem, LoadError
from pledges.importer.loader import load
from pledges.models import Document, Pledge
from tests.factories import make_district, make_unit
from tests.importer.pages import PAGE, lines, page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places_metrics_and_units")]


def problems(*paths: Path, **options: Any) -> list[FileProblem]:
    with pytest.raises(LoadError) as error:
        load(paths, **options)
    assert not Pledge.objects.exists()
    assert not Document.objects.exists()
    return error.value.problems.kept


def only_message(path: Path, **options: Any) -> str:
    (problem,) = problems(path, **options)
    return str(problem).removeprefix(str(path))


@pytest.mark.parametrize("written", ["385²", "355①", "40₅", "٣٨٥", "38𝟓"])
def test_raised_lowered_or_foreign_digit_is_no_digit(tmp_path: Path, written: str) -> None:
    changed = {"value": written, "value_max": written, "baseline": written, "year": f"202{written[-1]}"}
    found = {problem.field for problem in problems(lines(tmp_path, changed))}
    assert found == {"value", "value_max", "baseline", "year"}


@pytest.mark.parametrize("written", ["2025-12-3①", "202⁵-12-31", "31/12/2025", "12/31/2025", "2025-12-31T00:00"])
def test_other_spelling_of_day_is_rejected(tmp_path: Path, written: str) -> None:
    found = {problem.field for problem in problems(lines(tmp_path, {"deadline": written, "document_date": written}))}
    assert found == {"deadline", "document_date"}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("value: 385", "value: 38,5", ":17: yl-2025-001: value: found “38,5”, expected a number such as 385"),
        ("value: 385", "value: 约385", ":17: yl-2025-001: value: found “约385”, expected a number"),
        ("value: 385", "value: 1e400", ":17: yl-2025-001: value: found “1e400”, expected a number"),
        ("value: 385", "value: NaN", ":17: yl-2025-001: value: found “NaN”, expected a number"),
        ("value: 385", "value: -385", ":17: yl-2025-001: value: found “-385”"),
        ("value: 385", "value: [385]", ":17: yl-2025-001: value: found"),
        ("        value: 385\n", "", ":12: yl-2025-001: value: missing"),
        ("value: 385", "value:", ":17: yl-2025-001: value: missing"),
        ("value: 385", "worth: 385\n        value: 385", ":17: yl-2025-001: worth: unknown field"),
        ("value: 385", "valeu: 1\n        value: 385", "valeu: unknown field; did you mean “value”"),
        (
            "2025-12-31",
            "2025-02-30",
            ":20: yl-2025-001: deadline: found “2025-02-30”, expected a day that exists",
        ),
        ("2025-12-31", "2024-12-31", ":20: yl-2025-001: deadline: found “2024-12-31”"),
        ("unit: 亿元", "unit: 亿元\n        tolerance: 5", ": tolerance: found “5”: Only “about” has a tolerance"),
        (
            "year: 2025",
            "year: 2025\n        period: 2021",
            ": period: found “2021”, expected the first and the last year",
        ),
        ("year: 2025", "year: 2025\n        period: 2026/2030", ": period: found “2026/2030”: A period ends with the"),
        (
            "unit: 亿元",
            "unit: 亿圆",
            ":18: yl-2025-001: unit: found “亿圆”, expected a known unit; did you mean “亿元”?",
        ),
        (
            "metric: 年度投资额",
            "metric: 年度投资",
            ":14: yl-2025-001: metric: found “年度投资”, expected a known metric; did you mean “年度投资额”",
        ),
        (
            "district: 山阴县",
            "district: 山阴",
            ":26: yl-2025-002: district: found “山阴”, expected a known district; did",
        ),
        ("measure: total", "measure: totla", ":15: yl-2025-001: measure: found “totla”, expected one of total, level"),
        ("date: 2025-01", "date: January", ":4: document.date: found “January”, expected a date such as"),
        ("title: 云岭", "titel: 云岭", ":3: titel: unknown field “titel” in document; did you mean “title” or"),
        ("ref: yl-2025-002", "ref: yl-2025-001", ":24: yl-2025-001: ref: duplicate reference; first used at "),
        ("tier: core", "tier: core\n        tier: core", ":23: duplicate key “tier”; first used on line 22"),
        ("value: 385", "value: &a 385", ":17: anchors and aliases are not allowed"),
        (
            "        value: 385",
            "\t\tvalue: 385",
            ":17: not YAML: found a tab character that violates indentation; a tab",
        ),
        ("quote: 年度计划投资385亿元", "quote: ''", ":13: yl-2025-001: quote: empty"),
        ("ref: yl-2025-001", "ref: 云岭 1", ": ref: found “云岭 1”, “云” is not allowed; expected letters A to Z"),
        ("ref: yl-2025-001", "ref: yl 1", ": ref: found “yl 1”, a space is not allowed"),
        ("ref: yl-2025-001", "ref: -001", ": ref: found “-001”, it begins with “-”; expected a letter or a digit"),
        ("ref: yl-2025-001", f"ref: {'x' * 70}", "of 70 characters, expected at most 64"),
        ("slug: yunling-daily-1", "slug: report.v2", ": document.slug: found “report.v2”, “.” is not allowed"),
        ("unit: 亿元", "unit: 亿圆", "A new unit is added in seeds/hohhot/units.yaml, or in the admin."),
        (
            "quote: 年度计划投资385亿元",
            "quote: 计划: 385",
            "; put a text with a colon and a space between single quotes",
        ),
        ("quote: 年度计划投资385亿元", "quote: 1 #高炉投资385亿元", ":13: YAML would drop the text after the #"),
        (
            "quote: 年度计划投资385亿元",
            "quote:\n          '1 #高炉'  # whole\n        note: 2\n          3\t#",
            ":16: YAML would",
        ),
        ("tier: core", "tier: core\n        note: #1高炉", ":23: YAML would drop the text after the #"),
        (
            "quote: 年度计划投资385亿元",
            "quote: !A 385亿元",
            ":13: tags are not allowed; put a text that begins with !",
        ),
        ("unit: 亿元", "unit: %", "that begins with %, @ or ` between single quotes"),
        ("quote: 年度计划投资385亿元", "quote: '计划'385", "put the whole text between single quotes"),
        ("document:", "dokument:", "unknown field “dokument” in the file; did you mean “document” or"),
    ],
)
def test_error_names_file_line_reference_and_field(
    tmp_path: Path, settings: Any, old: str, new: str, message: str
) -> None:
    settings.RECORD = settings.BASE_DIR / "seeds" / "hohhot"
    assert old in PAGE
    found = problems(page(tmp_path, PAGE.replace(old, new, 1)))
    assert str(tmp_path / "page.yaml") in str(found[0])
    assert any(message in str(problem) for problem in found), [str(problem) for problem in found]


def test_errors_of_all_files_are_reported_together(tmp_path: Path) -> None:
    page(tmp_path, PAGE.replace("value: 385", "value: x").replace("2025-12-31", "z"))
    lines(tmp_path, {"ref": "yl-2025-001"}, {"ref": "yl-7", "year": "25"}, name="more.jsonl")
    found = {(Path(problem.file).name, problem.line, problem.field) for problem in problems(tmp_path)}
    assert found == {
        ("page.yaml", 17, "value"),
        ("page.yaml", 20, "deadline"),
        ("more.jsonl", 2, "year"),
        ("page.yaml", 12, "ref"),
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"value": None}, ":1: yl-2025-001: value: missing"),
        ({"value": float("nan")}, ":1: yl-2025-001: value: found “NaN”, expected a number"),
        ({"value": True}, ":1: yl-2025-001: value: found true, expected a number"),
        ({"quote": "半个\ud800字"}, "quote: found"),
        ({"quote": "空\x00字"}, "quote: found"),
        ({"extra": 1}, ":1: yl-2025-001: extra: unknown field"),
        ({"measure": "share", "unit": "%", "value": "101"}, ":1: yl-2025-001: value: found “101”"),
        ({"measure": "growth"}, ":1: yl-2025-001: unit: found “亿元”"),
        ({"value_max": "1"}, ":1: yl-2025-001: value_max: found “1”"),
        ({"label": "长" * 201}, "of 201 characters, expected at most 200"),
    ],
)
def test_error_in_json_lines_names_its_line(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    path = tmp_path / "bulk.jsonl"
    from tests.importer.pages import LINE

    path.write_text(json.dumps(LINE | change) + "\n", encoding="utf-8")
    assert message in only_message(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", ": the file is empty"),
        (b"\n\n", ": the file is empty"),
        (b"---\n", ": the file is empty"),
        (b"[]\n", ":1: found a list as the file, expected document, statements"),
        (b"document: {slug: a}\nstatements: []\n", ":1: the file has no pledge"),
        ("document:\n  title: 报".encode("gb18030"), ":2: not UTF-8 at byte 10 of the line"),
        ("document: 1".encode("utf-16"), ":1: the file is in UTF-16; save it as UTF-8"),
        (b"a: &a [x]\nb: *a\n", ":1: anchors and aliases are not allowed"),
        (b"a: 1\n---\nb: 2\n", ":3: a second YAML document"),
        (b"document: {slug: [[[[[[[[[[[[1]]]]]]]]]]]]}", ":1: nested too deeply"),
        (b"? [a]\n: 1\n", ":1: found a list as a key"),
        (b"document: 'open\n", "not YAML"),
    ],
)
def test_invalid_yaml_file_is_rejected_with_a_reason(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "page.yaml"
    path.write_bytes(content)
    assert message in only_message(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", ": the file is empty"),
        (b"{", ":1: not JSON"),
        (b"385\n", ":1: found “385”, expected an object with one pledge"),
        (b'{"ref": 1, "ref": 2}', ":1: not JSON: duplicate key “ref”"),
        (b"[" * 100_000, ":1: not JSON"),
        ("{'ref': '报'}".encode("gb18030"), ":1: not UTF-8 at byte"),
    ],
)
def test_invalid_json_line_is_rejected_with_a_reason(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "bulk.jsonl"
    path.write_bytes(content)
    assert message in only_message(path)


def test_yaml_bomb_is_rejected_in_little_memory(tmp_path: Path) -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))
    path = page(tmp_path, bomb)
    tracemalloc.start()
    assert "anchors and aliases" in only_message(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000


def test_huge_yaml_file_is_rejected_before_reading(tmp_path: Path) -> None:
    path = page(tmp_path, "")
    with path.open("wb") as file:
        file.truncate(200_000_000)
    assert "use JSON Lines for bulk" in only_message(path)


def test_huge_json_line_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "bulk.jsonl"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    assert ":1: longer than" in only_message(path)


def test_errors_beyond_the_maximum_are_counted_but_not_kept(tmp_path: Path) -> None:
    path = lines(tmp_path, *({"ref": f"yl-{number}", "value": "x"} for number in range(MAX_PROBLEMS + 5)))
    with pytest.raises(LoadError) as error:
        load([path])
    assert (len(error.value.problems.kept), error.value.problems.count) == (MAX_PROBLEMS, MAX_PROBLEMS + 5)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.yaml", "there is no such file or folder"),
        ("empty", "no .yaml, .yml, .jsonl, .ndjson files in this folder"),
        ("a.txt", "expected a file of"),
    ],
)
def test_path_without_data_is_rejected_with_a_reason(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.txt").touch()
    assert message in only_message(tmp_path / name)


def test_quote_missing_on_its_page_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "yunling-daily-1.txt").write_text("年度计划投资 385\n亿元。")
    message = only_message(page(tmp_path), texts=tmp_path)
    assert ":25: yl-2025-002: quote: found “产值增长25.62%左右”, which is not in the text of the page" in message


def test_quote_with_part_of_a_number_of_its_page_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "yunling-daily-1.txt").write_text("年度计划投资385亿元，产值增长25.62 %左右，年度计划投资3 85亿元")
    assert load([page(tmp_path)], check=True, texts=tmp_path).pledges == 2
    (tmp_path / "yunling-daily-1.txt").write_text("年度计划投资3 85亿元，产值增长25.62%左右")
    assert "which is not in the text of the page with these numbers" in only_message(page(tmp_path), texts=tmp_path)


def test_huge_text_of_a_page_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "yunling-daily-1.txt").write_text("年度计划投资385亿元")
    monkeypatch.setattr(page_texts, "MAX_BYTES", 20)
    assert "the text of this page has over 20 bytes" in only_message(page(tmp_path), texts=tmp_path)


def test_page_without_text_is_one_error(tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    assert ":2: document.slug: no text of this page" in only_message(page(tmp_path), texts=tmp_path / "texts")
    assert "there is no such folder of texts" in only_message(page(tmp_path), texts=tmp_path / "nowhere")


def test_page_text_not_in_utf8_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "yunling-daily-1.txt").write_bytes("年度计划投资385亿元".encode("gb18030"))
    assert "the text of this page is not UTF-8" in only_message(page(tmp_path), texts=tmp_path)


def test_conflicting_values_of_a_statement_are_an_error(tmp_path: Path) -> None:
    message = only_message(lines(tmp_path, {"headline": "甲"}, {"ref": "yl-2", "headline": "乙"}))
    assert ":2: yl-2: headline: found “乙”, but the same speaker's statement on this page has “甲” at" in message


def test_ambiguous_name_is_an_error_that_lists_codes(tmp_path: Path) -> None:
    make_district("other", name="云岭市", parent=make_district("shanyin"))
    expected = "“云岭市” is ambiguous; expected one of 云岭市 (990100), 山阴县云岭市 (other)"
    assert expected in only_message(lines(tmp_path, {}))
    load([lines(tmp_path, {"district_slug": "other"})], check=True)


def test_proper_name_takes_precedence_over_alias(tmp_path: Path) -> None:
    make_district("other", name="云市", parent=make_district("shanyin"))
    load([lines(tmp_path, {"district": "云市"})])
    assert Pledge.objects.get().district.slug == "other"


def test_slug_and_name_that_disagree_are_an_error(tmp_path: Path) -> None:
    message = only_message(lines(tmp_path, {"district_slug": "shanyin"}))
    assert "district: found “云岭市”, but district_slug is that of “山阴县”" in message


def test_reference_of_another_page_is_an_error(tmp_path: Path) -> None:
    load([page(tmp_path)])
    with pytest.raises(LoadError) as error:
        load([lines(tmp_path, {"document": "other"})])
    (problem,) = error.value.problems.kept
    assert "this reference belongs to a pledge on “yunling-daily-1”" in str(problem)


def test_duplicate_reference_is_reported_beside_errors_of_its_page(tmp_path: Path) -> None:
    page(tmp_path, PAGE.replace("date: 2025-01", "date: 2025-13"))
    lines(tmp_path, {})
    assert {problem.field for problem in problems(tmp_path)} == {"document.date", "ref"}


@pytest.mark.parametrize("ref", ["a\x00b", "半\ud800", "a b"])
def test_malformed_reference_is_an_error(tmp_path: Path, ref: str) -> None:
    assert "ref: found" in only_message(lines(tmp_path, {"ref": ref}))


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "https://a.example/1; https://b.example/2",
        "https://a.example/1；https://b.example/2",
        "https://a.example/1和https://b.example/2",
        "https://a.example/1。http://b.example/2",
        "https://a.example/1https://b.example/2",
        "ftp://a.example/",
        "https://user@a.example/",
        "https://a.example/a b",
    ],
)
def test_text_other_than_one_web_link_is_an_error(tmp_path: Path, url: str) -> None:
    assert "document_url: found" in only_message(lines(tmp_path, {"document_url": url}))


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/?from=https://b.example/",
        "https://web.example/2026/https://b.example/1",
        "HTTP://a.example",
        "https://a.example/a;b",
    ],
)
def test_any_web_link_is_loaded(tmp_path: Path, url: str) -> None:
    load([lines(tmp_path, {"document_url": url})])
    assert Document.objects.get().url == url


@pytest.mark.parametrize("field", ["ref", "document", "official_slug", "supersedes"])
def test_empty_identifier_is_an_error(tmp_path: Path, field: str) -> None:
    assert f"{field}: empty" in only_message(lines(tmp_path, {field: ""}))


@pytest.mark.parametrize(
    ("unit", "known"),
    [("亿圆", "亿元"), ("億元", "亿元"), ("萬畝", "万亩")],
)
def test_unknown_unit_in_other_spelling_is_suggested_alone(tmp_path: Path, unit: str, known: str) -> None:
    for symbol in ("MW", "kW", "kWh", "亿元", "亿斤", "亿吨", "万亩", "万元"):
        make_unit(symbol)
    assert f"expected a known unit; did you mean “{known}”? " in only_message(lines(tmp_path, {"unit": unit}))


@pytest.mark.parametrize(("unit", "known"), [("mw", "MW"), ("kwh", "kWh"), ("ＫＷＨ", "kWh")])
def test_unit_in_other_letters_is_that_unit(tmp_path: Path, unit: str, known: str) -> None:
    for symbol in ("MW", "kW", "kWh"):
        make_unit(symbol)
    load([lines(tmp_path, {"unit": unit})])
    assert Pledge.objects.get().unit_id == known


@pytest.mark.parametrize("character", ["\x07", "\ufdd0", "\U0001ffff"])
def test_character_that_cannot_be_displayed_is_named(tmp_path: Path, character: str) -> None:
    message = only_message(lines(tmp_path, {"note": f"见{character}上"}))
    assert f"expected text without characters that can't be displayed, such as U+{ord(character):04X}" in message


def test_error_of_a_page_names_the_first_line_of_its_first_file(tmp_path: Path) -> None:
    load([lines(tmp_path, {"ref": "yl-1", "deadline": "2025-03-01"})])
    for name, first_refs in (("a.jsonl", ["x", "yl-2"]), ("b.jsonl", ["yl-3"])):
        rows = [
            {"ref": ref, "document_date": "2025-06-01"} | ({"document": "x"} if ref == "x" else {})
            for ref in first_refs
        ]
        lines(tmp_path, *rows).rename(tmp_path / name)
    with pytest.raises(LoadError) as error:
        load([tmp_path / "a.jsonl", tmp_path / "b.jsonl"])
    assert {(Path(each.file).name, each.line) for each in error.value.problems.kept if each.ref == "yl-1"} == {
        ("a.jsonl", 2)
    }


def test_page_text_with_nul_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "yunling-daily-1.txt").write_text("年度计划投资385亿元\x00产值增长25.62%左右")
    assert "has a NUL character" in only_message(page(tmp_path), texts=tmp_path)


def test_unknown_names_are_reported_beside_other_errors(tmp_path: Path) -> None:
    found = problems(lines(tmp_path, {"value": "x", "unit": "y", "metric": "z", "district": None}))
    assert {problem.field for problem in found} == {"value", "unit", "metric", "district"}


def test_lines_after_a_huge_one_are_read(tmp_path: Path) -> None:
    path = lines(tmp_path, {"value": "x"})
    path.write_text("9" * 3_000_000 + "\n" + path.read_text())
    assert [problem.line for problem in problems(path)] == [1, 2]


def test_unreadable_folder_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page(tmp_path)
    (tmp_path / "closed").mkdir()
    scandir = os.scandir

    def scandir_without_permission(folder: Path) -> Any:  # file permissions have no effect if the tests run as root
        if Path(folder).name == "closed":
            raise PermissionError(13, "Permission denied", str(folder))
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", scandir_without_permission)
    assert "/closed: can't be read: Permission denied" in only_message(tmp_path)


def test_broken_link_is_an_error_and_hidden_files_are_skipped(tmp_path: Path) -> None:
    page(tmp_path)
    page(tmp_path, "nonsense", ".hidden.yaml")
    (tmp_path / "link.yaml").symlink_to("nowhere")
    assert "link.yaml: can't be read: No such file" in str(problems(tmp_path)[0]).replace(str(tmp_path) + "/", "")


def test_editors_deadline_before_the_new_date_of_its_page_is_an_error(tmp_path: Path) -> None:
    load([page(tmp_path)])
    Pledge.objects.filter(ref="yl-2025-001").update(deadline="2025-06-30")
    later = PAGE.replace("date: 2025-01", "date: 2025-11")
    with pytest.raises(LoadError) as error:
        load([page(tmp_path, later)])
    (problem,) = error.value.problems.kept
    assert "page.yaml:12: yl-2025-001: document_date: found “2025-11”" in str(problem)
