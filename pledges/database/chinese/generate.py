"""Write `characters.json` from two packages that the site itself does not need.

    uv run --no-project --with opencc-python-reimplemented --with pypinyin python pledges/database/chinese/generate.py

The simplified forms are from OpenCC's dictionary (opencc-python-reimplemented, Apache License 2.0), the readings from
pypinyin (MIT). Migrations make functions of the tables, so a new file takes effect with a new migration.
"""

import json
import unicodedata
from collections import Counter, defaultdict
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any

TARGET = Path(__file__).with_name("characters.json")
# An alternative reading is kept if it has this share of the phrases with the character.
MIN_SHARE = 0.15
# Readings of surnames and places that are rare in other words.
IN_NAMES = {
    "单": "shan", "曾": "zeng", "解": "xie", "区": "ou", "仇": "qiu", "查": "zha", "朴": "piao", "盖": "ge",
    "翟": "zhai", "尉": "yu", "乐": "yue", "覃": "qin", "缪": "miao", "召": "shao", "六": "lu", "番": "pan",
    "厦": "xia", "蚌": "beng", "洞": "tong", "会": "kuai", "铅": "yan", "浒": "xu", "涡": "guo", "泌": "bi",
    "浚": "xun", "阿": "e", "枞": "zong", "氏": "zhi", "大": "dai", "什": "shi", "都": "du", "莞": "guan",
    "牟": "mu", "堡": "pu", "隗": "kui", "员": "yun",
}  # fmt: skip


def main() -> None:
    tables = {"simplified": simplified(), "readings": readings()}
    TARGET.write_text(json.dumps(tables, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def simplified() -> dict[str, str]:
    """Return the simplified form of each traditional character; the first one if there are several."""
    lines = (files("opencc") / "dictionary" / "TSCharacters.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if "\t" in line)
    return {old: new.split()[0] for old, new in pairs if old != new.split()[0]}


def readings() -> dict[str, str]:
    """Return the readings of each common character without tones, the most frequent first, separated by spaces."""
    constants: Any = import_module("pypinyin.constants")
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for phrase, syllables in constants.PHRASES_DICT.items():
        for character, (syllable, *_others) in zip(phrase, syllables, strict=False):
            counts[character][without_tone(syllable)] += 1
    found = {}
    for code, listed in constants.PINYIN_DICT.items():
        character = chr(code)
        if not (_is_in_gb2312(character) or character in counts):
            continue
        common = counts[character].most_common()
        total = sum(counts[character].values())
        kept = [each for each, count in common if count >= MIN_SHARE * total] or [without_tone(listed.split(",")[0])]
        kept += [IN_NAMES[character]] if character in IN_NAMES else []
        # ü is typed as u or v.
        typed = [each.replace("ü", letter) for each in kept for letter in ("uv" if "ü" in each else "u")]
        found[character] = " ".join(dict.fromkeys(typed))
    return found


def without_tone(syllable: str) -> str:
    plain = unicodedata.normalize("NFD", syllable).replace("u\u0308", "ü")
    return "".join(letter for letter in plain if letter.isalpha())


def _is_in_gb2312(character: str) -> bool:
    try:
        return bool(character.encode("gb2312"))
    except UnicodeEncodeError:
        return False


if __name__ == "__main__":
    main()
