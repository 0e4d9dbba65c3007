"""Fold a text for reading, and divide it into paragraphs. Each character keeps its offset in the original."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pledges.extraction.lexicon import Folds

_RUN = re.compile("[^ \t\u00a0\u3000\u2002\u2003\u2009\u00ad\u200b-\u200f\u2060\ufeff\ufe0f]+")
_COMMA = re.compile(r"(?<=\d)，(?=\d{3}(?!\d))")
_END = "。！？；：”）"
_MARKER = re.compile(
    r"\s*(?:[#●■◆▲【]|——|第[一二三四五六七八九十]+[章节篇部]|[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d{1,2}[.、．]\D|[\u4e00-\u9fff]{2,6}[：:])"
)
_TABLE_HEAD = re.compile(r"\s*(?:序\s?号|指标(?:名称)?)[ \t\u3000]")
_TABLE_ROW = re.compile(r"\s*(?:\d{1,3}[ \t\u3000]|(?:[^\s，。；]+[ \t\u3000]+){2}\S)")
_GROUP = re.compile(r"\s*(?:[（(]?[一二三四五六七八九十]+[)）、])?[\u4e00-\u9fff]{2,8}\s*")
_ASIDE = re.compile(r"（(?:下转|上接|紧接|此件)[^）]{0,20}）")
_HAS_LONG_PAUSE = re.compile("[，。；]")
_HAS_PAUSE = re.compile("[，。、；]")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A part of the folded text, without its line break."""

    start: int
    end: int


class Page:
    """A text as it is read: simplified characters, Chinese punctuation, no spaces, and whole paragraphs.

    `offsets[i]` is the place in the original of the character `text[i]`.
    """

    def __init__(self, original: str, folds: Folds) -> None:
        self.original = original
        folded = _COMMA.sub(lambda match: "," if original[match.start()] == "," else "，", folds.fold(original))
        pieces: list[str] = []
        self.offsets: list[int] = []
        starts = [0]
        for line, joined, is_table in _lines(original):
            if not joined and self.offsets:
                pieces.append("\n")
                self.offsets.append(line.start())
                starts.append(len(self.offsets))
            before: re.Match[str] | None = None
            for run in _RUN.finditer(folded, line.start(), line.end()):
                if before and (gap := _gap(before[0][-1], run.start() - before.end(), run[0][0], is_table)):
                    pieces.append(gap)
                    self.offsets.append(run.start() - 1)
                pieces.append(run[0])
                self.offsets.extend(range(run.start(), run.end()))
                before = run
        self.text = _ASIDE.sub(lambda match: "\t" * len(match[0]), "".join(pieces))
        ends = [*(start - 1 for start in starts[1:]), len(self.text)]
        self.paragraphs = [Paragraph(*span) for span in zip(starts, ends, strict=True) if span[0] < span[1]]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        return self.offsets[start], self.offsets[end - 1] + 1


def _lines(text: str) -> Iterator[tuple[re.Match[str], bool, bool]]:
    """Yield the lines that are not blank, whether each continues the one before, and whether it is a row of a table.

    The head of a table begins with 序号 or 指标. Its rows begin with a number or have three cells; short lines can group them.
    """
    lines = [match for match in re.finditer(r"[^\r\n\u2028\u2029\x0b\x0c]+", text) if not match[0].isspace()]
    running = [line[0].strip() for line in lines if _HAS_PAUSE.search(line[0])]
    is_wrapped = sum(line[-1] not in _END for line in running) > 0.4 * len(running)
    width = sorted(map(len, running))[len(running) // 2] if is_wrapped else 0
    is_table = False
    for before, line in zip([None, *lines], lines, strict=False):
        is_row = is_table and bool(_TABLE_ROW.match(line[0]))
        is_joined = before is not None and not is_row and _continues(before[0].strip(), line[0].strip(), width)
        is_head = bool(_TABLE_HEAD.match(line[0]))
        yield line, is_joined and not is_head, is_row or is_head
        is_table = is_row or is_head or (is_table and bool(_GROUP.fullmatch(line[0])))


def _continues(before: str, line: str, width: int) -> bool:
    """Return whether a line break is only one of the layout: in a narrow column or between two columns.

    `width` is that of a column, 0 if the lines of the text are whole paragraphs.
    """
    marker = _MARKER.match(before)
    has_pause = bool((_HAS_LONG_PAUSE if marker else _HAS_PAUSE).search(before))
    if before[-1] in _END or _MARKER.match(line) or (marker and not has_pause):
        return False
    return has_pause or (width > 0 and 0.8 * width <= len(before) <= 1.2 * width)


def _gap(before: str, width: int, after: str, is_table: bool) -> str:
    """Return what stands for a run of spaces.

    It is a tab for a wide one and between the cells of a table, a space between words or figures, or nothing.
    """
    if width > 1 or is_table:
        return "\t"
    both = before + after
    return " " if both.isascii() and both.isalnum() and before.isdigit() == after.isdigit() else ""
