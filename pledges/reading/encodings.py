"""Decode a text whose encoding is unknown: UTF-8, UTF-16, GB18030 or Big5, told apart by the content."""

import codecs

UTF_8, UTF_16, GB18030, BIG5 = "UTF-8", "UTF-16", "GB18030", "Big5"
_MARKS = {codecs.BOM_UTF8: UTF_8, codecs.BOM_UTF16_LE: UTF_16, codecs.BOM_UTF16_BE: UTF_16}
_CODECS = {UTF_8: "utf-8-sig", UTF_16: "utf-16", GB18030: "gb18030", BIG5: "big5hkscs"}
# Bytes in a wrong encoding give rare characters. These, in simplified and traditional forms, make up about a third of
# official texts.
_FREQUENT = set(
    "的一是在不了有和人这这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
    "十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全"
    "这個為們時來對會發動過說產種後學經進著電裡現實體機當點從業應開還與關於區縣鄉鎮萬億元設項目標建增長計劃"
    "建设项目增长计划农村企业区县市省万亿，。、；：“”"
)


def decode(content: bytes) -> tuple[str, str]:
    """Return the text and the name of its encoding. Raise UnicodeError if it is in none of the four.

    Line ends become line feeds.
    """
    marked = next((encoding for mark, encoding in _MARKS.items() if content.startswith(mark)), None)
    encodings = [marked] if marked else [UTF_16] if b"\x00" in content else [UTF_8]
    texts = _decoded(content, encodings) or _decoded(content, [GB18030, BIG5])
    if not texts or "\x00" in next(iter(texts.values())):
        raise UnicodeError
    encoding = max(texts, key=lambda each: _share_of_frequent(texts[each]))
    return texts[encoding].replace("\r\n", "\n").replace("\r", "\n"), encoding


def _decoded(content: bytes, encodings: list[str]) -> dict[str, str]:
    found = {}
    for encoding in encodings:
        try:
            found[encoding] = content.decode(_CODECS[encoding])
        except UnicodeDecodeError:
            continue
    return found


def _share_of_frequent(text: str) -> float:
    characters = [character for character in text if character > "\x7f"]
    return sum(character in _FREQUENT for character in characters) / max(len(characters), 1)
