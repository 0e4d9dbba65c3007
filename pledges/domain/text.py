"""Clean the texts of the record, so that texts that look alike are equal however they were entered.

There are three kinds of text:

- A name (of a person, place, metric, unit or post, of an organisation or a publisher) is a line with one kind of dot.
- A line (a title, headline, label or quote) has no line breaks, and single plain spaces.
- A text (a note, criterion, summary, reason or the text of a page) keeps its lines and spaces.

The patterns are sets of characters for a bracket expression, which Python and PostgreSQL read alike.
"""

import re
import unicodedata
from itertools import accumulate, chain

# Radicals that have no compatibility decomposition, and their Equivalent_Unified_Ideograph (Unicode 14).
_RADICALS = (
    "⺁⺂⺃⺄⺅⺆⺇⺈⺉⺊⺋⺌⺍⺎⺏⺐⺑⺒⺓⺔⺕⺖⺗⺘⺙⺛⺜⺝⺞⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺪⺫⺬⺭⺮⺯⺰⺱⺲⺳⺴⺵⺶⺷⺸⺹⺺"
    "⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲"
)
_IDEOGRAPHS = (
    "厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑彐忄心扌攵旡日月歺民氵氺灬爫爫丬牛犭王𤴔目示礻𥫗糹纟罓罒㓁冗𦉫羊𦍌𦍋耂肀"
    "聿肉𦥑艹艹艹虎衤覀西见角𧢲讠贝𧾷车辶辶辶邑钅長镸长门𨸏阝雨青韦页风飞食𩙿飠饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀"
)
_KANGXI_RADICALS = "".join(map(chr, range(0x2F00, 0x2FD6))) + "\u2e9f\u2ef3"
_TO_IDEOGRAPHS = str.maketrans(_RADICALS, _IDEOGRAPHS) | {
    ord(radical): unicodedata.normalize("NFKC", radical) for radical in _KANGXI_RADICALS
}
RADICALS = r"\u2e81-\u2e99\u2e9b-\u2ef3\u2f00-\u2fd5"

CONTROLS = r"\u0001-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f"
NONCHARACTERS = r"\ufdd0-\ufdef\ufffe\uffff" + "".join(
    rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(0x01, 0x11)
)
# Characters that are invisible in every context: those with the property Default_Ignorable_Code_Point, except
# selectors, and the annotation characters.
INVISIBLE = (
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffc"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
)
# They select a glyph for the character before. Mongolian needs its own ones.
SELECTORS = r"\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"
BREAKS = r"\u000b-\u000d\u0085\u2028\u2029"
SPACES = r"\u0009\u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000"
DOTS = r"\u0387\u16eb\u2022\u2027\u2219\u22c5\u2981\u2e31\u2e33\u30fb\ua78f\uff65\U00010101"
DOT = "·"
# Scripts without spaces between words, and their punctuation.
_WITHOUT_SPACES = r"\u2e80-\u312f\u3190-\ua4cf\uf900-\ufaff\ufe10-\ufe1f\ufe30-\ufe4f\uff00-\uff9f\U00020000-\U0003ffff"

# Most lines have only ASCII, ideographs and Chinese punctuation, and nothing to clean.
_PLAIN = r"!-~\u3001-\u3011\u4e00-\u9fa5\uff01-\uff5e"
_CLEAN_LINE = re.compile(f"(?:[{_PLAIN}]++(?: [{_PLAIN}]++)*+)?")

_REMOVED = re.compile(rf"[\u0000\ud800-\udfff{CONTROLS}{NONCHARACTERS}{INVISIBLE}]")
_DAMAGED = re.compile(rf"[\u0000\ud800-\udfff{CONTROLS}{NONCHARACTERS}]")
_BREAK = re.compile(rf"\r\n|[{BREAKS}]")
# Runs of spaces are looked at once, from their start: from each space, it would take quadratic time.
_EDGES = re.compile(rf"\A[ \n{SPACES}]+|(?<![ \n{SPACES}])[ \n{SPACES}]++\Z")
_DIVIDED_WORD = re.compile(rf"\u00ad[ {SPACES}]*(?:\r\n|[\n{BREAKS}])[ {SPACES}]*")
_LINE_BREAK = re.compile(rf"(?<![ {SPACES}])[ {SPACES}]*+\n[ \n{SPACES}]*")
_HYPHEN_BREAK = re.compile(r"(?<=[^\s\d]-)\n(?=[^\W\d])")
_UNSPACED = re.compile(f"[{_WITHOUT_SPACES}]")
_LETTER_OR_UNSPACED = re.compile(rf"[^\W\d_]|[{_WITHOUT_SPACES}]")
_SPACE_RUN = re.compile(rf"[ \n{SPACES}]+")
_SELECTOR = re.compile(f"[{SELECTORS}]")
_BLANK = re.compile(rf"[ \n{SPACES}{SELECTORS}]+")
_DOT_KINDS = re.compile(f"[{DOTS}]")
_DOT_IN_NAME = re.compile(f" ?[{DOT}{DOTS}] ?")


def clean_text(text: str) -> str:
    """Return a text of several lines in NFC, without invisible characters and with ideographs instead of radicals."""
    text = _BREAK.sub("\n", _REMOVED.sub("", text))
    return _EDGES.sub("", unicodedata.normalize("NFC", text.translate(_TO_IDEOGRAPHS)))


def clean_line(text: str) -> str:
    """Return a text as one line: line breaks become a space between words, and nothing in Chinese."""
    if _CLEAN_LINE.fullmatch(text):
        return text
    text = clean_text(_DIVIDED_WORD.sub("", text))
    text = _HYPHEN_BREAK.sub("", _LINE_BREAK.sub("\n", text))
    text = _SPACE_RUN.sub(" ", _join_lines(text.split("\n")))
    return unicodedata.normalize("NFC", text)  # removing a break can join a letter and its accent


def _join_lines(lines: list[str]) -> str:
    """Join lines by a space, or by nothing if the nearest letter on one side of the break is Chinese.

    Digits and quotation marks are no letters: “投资38” and “5亿元” are one number, but “in 2025” and “385 km” are not.
    """
    letters = [_LETTER_OR_UNSPACED.findall(line) for line in lines]
    before = accumulate((found[-1:] for found in letters), _or_nearest)
    after = reversed(list(accumulate((found[:1] for found in reversed(letters)), _or_nearest)))
    next(after)  # of the first line, before which is no break
    around = [last + first for last, first in zip(before, after, strict=False)]
    joints = ["" if not near or any(map(_UNSPACED.match, near)) else " " for near in around]
    return "".join(chain.from_iterable(zip(["", *joints], lines, strict=True)))


def _or_nearest(nearest: list[str], letter: list[str]) -> list[str]:
    return letter or nearest


def clean_name(text: str) -> str:
    """Return a name as one line, in which all kinds of dots are `·`."""
    text = clean_line(_SELECTOR.sub("", text))
    return _EDGES.sub("", _DOT_IN_NAME.sub(DOT, text))


def clean_link(text: str) -> str:
    """Return a URL without invisible characters. Its other characters may be significant."""
    return _EDGES.sub("", _REMOVED.sub("", text))


def damaged_character(text: str) -> str:
    """Return the name of the first character that shows that a text was damaged, such as U+0007; otherwise `""`.

    These are control characters, noncharacters, and halves of surrogate pairs.
    """
    found = _DAMAGED.search(text)
    return f"U+{ord(found[0]):04X}" if found else ""


def for_comparison(text: str) -> str:
    """Return a cleaned text without white space and selectors and with one kind of dot."""
    return _DOT_KINDS.sub(DOT, _BLANK.sub("", text))


def encodable(text: str) -> str:
    """Replace unpaired surrogates: JSON can escape them, but UTF-8 cannot encode them."""
    return text.encode(errors="replace").decode()
