"""Fold a text for reading, and divide it into paragraphs. Each character keeps its offset in the original."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

_SPACES = " \t\u00a0\u3000\u2002\u2003\u2009"
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufe0f"
# Punctuation that is folded wherever it does not stand between digits.
_PUNCTUATION = str.maketrans(",;:()?!", "，；：（）？！")
_FOLDED = {
    "％": "%",
    "﹪": "%",
    "～": "~",
    "〜": "~",
    "－": "-",
    "–": "—",
    "―": "—",
    "「": "“",
    "」": "”",
    "『": "‘",
    "』": "’",
}
_RADICALS = {"Ⅴ": "Ⅴ"}
_END = "。！？；：”）"
_MARKER = re.compile(
    r"\s*(?:[#●■◆▲【]|——|第[一二三四五六七八九十]+[章节篇部]|[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d{1,2}[.、．]\D|[\u4e00-\u9fff]{2,6}[：:])"
)
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

    def __init__(self, original: str, simplified: Mapping[str, str]) -> None:
        self.original = original
        characters: list[str] = []
        self.offsets: list[int] = []
        starts = [0]
        for line, joined in _lines(original):
            if not joined and characters and characters[-1] != "\n":
                characters.append("\n")
                self.offsets.append(line.start())
                starts.append(len(characters))
            for offset, character in _folded(original, line.start(), line.end()):
                characters.append(character)
                self.offsets.append(offset)
        text = "".join(characters)
        if simplified:
            text = text.translate({ord(old): new for old, new in simplified.items() if len(old) == len(new) == 1})
        self.text = _ASIDE.sub(lambda match: "\t" * len(match[0]), text)
        ends = [*(start - 1 for start in starts[1:]), len(text)]
        self.paragraphs = [Paragraph(*span) for span in zip(starts, ends, strict=True) if span[0] < span[1]]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        return self.offsets[start], self.offsets[end - 1] + 1


def _lines(text: str) -> Iterator[tuple[re.Match[str], bool]]:
    """Yield the lines that are not blank, and whether each continues the one before."""
    lines = [match for match in re.finditer(r"[^\r\n\u2028\u2029\x0b\x0c]+", text) if not match[0].isspace()]
    running = [line[0].strip() for line in lines if _HAS_PAUSE.search(line[0])]
    is_wrapped = sum(line[-1] not in _END for line in running) > 0.4 * len(running)
    width = sorted(map(len, running))[len(running) // 2] if is_wrapped else 0
    if lines:
        yield lines[0], False
    for before, line in pairwise(lines):
        yield line, _continues(before[0].strip(), line[0].strip(), width)


def _continues(before: str, line: str, width: int) -> bool:
    """Return whether a line break is only one of the layout: in a narrow column or between two columns.

    `width` is that of a column, 0 if the lines of the text are whole paragraphs.
    """
    marker = _MARKER.match(before)
    has_pause = bool((_HAS_LONG_PAUSE if marker else _HAS_PAUSE).search(before))
    if before[-1] in _END or _MARKER.match(line) or (marker and not has_pause):
        return False
    return has_pause or (width > 0 and 0.8 * width <= len(before) <= 1.2 * width)


def _folded(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """Yield the characters of a line that are read, each with its offset. Wide gaps become a tab."""
    last = ""
    gap = 0
    for offset in range(start, end):
        character = text[offset]
        if character in _SPACES:
            gap += 1
            continue
        if character in _INVISIBLE:
            continue
        folded = _fold(character)
        if gap:
            is_wide = gap > 1 and last
            is_between_words = (
                (last + folded).isascii() and (last + folded).isalnum() and last.isdigit() == folded.isdigit()
            )
            if is_wide or (last and is_between_words):
                yield offset - 1, "\t" if is_wide else " "
        gap = 0
        following = text[offset + 1 : offset + 2]
        if folded in ",:;()?!" and not (folded in ",:" and last.isdigit() and following.isdigit()):
            folded = folded.translate(_PUNCTUATION)
        yield offset, folded
        last = folded


def _fold(character: str) -> str:
    if character.isascii() or "\u4e00" <= character <= "\u9fff" or character in "，。、；：？！（）“”‘’《》【】—…":
        return character
    if character in _FOLDED:
        return _FOLDED[character]
    folded = unicodedata.normalize("NFKC", character) if character not in "ⅠⅡⅢⅣⅤⅥ①②③④⑤⑥⑦⑧⑨⑩²³" else character
    return folded if len(folded) == 1 else character
