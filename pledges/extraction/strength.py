"""How firm a target is: `firm`, `planned`, `aspired` or `expected`."""

import re
from collections.abc import Iterator

_CUE = re.compile(
    "(?P<obtain>争取(?=资金|国家|国债|上级|中央|省|实施|纳入|获批|支持|更多|\\d)|谋划储备)|(?P<aspired>力争|争取|努力|有信心|迈进|争创|奋力|拼进|进军|争当|力求|冲刺|冲击)"
    "|(?P<planned>(?<!年度)(?<!的)(?<![”’])计划(?!总?投资|单列)(?![的，。、；”’》）])|拟(?!定)|谋划|准备(?!金)|打算|初步考虑)"
    "|(?P<expected>预计|有望|预期(?!目标|性指标|寿命)|可达|将达|测算)"
    "|(?P<firm>确保|必须|务必|保证(?!金|率)|一定要|约束性)"
)
_EXPECTED_LIST = re.compile("预期目标|预期性|预计(?:为)?：|预测：")
MAX_LIST = 500
_HINT = re.compile(
    "力争|争取|努力|有信心|迈进|争创|奋力|拼进|进军|争当|力求|冲刺|冲击|谋划|计划|拟|准备|打算|初步考虑|"
    "预计|有望|预期|可达|将达|测算|确保|必须|务必|保证|一定要|约束性"
)
_LIST_START = re.compile(r"[，。；：\n\t]$")


def strength_at(text: str, paragraph: int, part: int, clause: int, number: int) -> tuple[str, str]:
    """Return the strength of a figure, and the cue.

    The offsets are where the paragraph, the part of the sentence between semicolons, the clause and the figure begin. A
    cue at the start of a clause governs the list behind it, one within a clause only that. In a list of expected
    targets, it governs no more than its clause.
    """
    own = list(_cues(text, clause, number))
    if own:
        return _of(own[-1])
    listed = _EXPECTED_LIST.search(text, max(paragraph, number - MAX_LIST), number)
    if listed:
        return "expected", listed[0]
    governing = ("firm", "")
    for match in _cues(text, part, clause):
        is_initial = match.start() == part or _LIST_START.match(text[match.start() - 1])
        is_spread = is_initial or _is_subjectless(text, part, match.start())
        if match.lastgroup != "obtain" and (match.lastgroup != "aspired" or is_spread):
            governing = _of(match)
    return governing


def _cues(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    return _CUE.finditer(text, start, end) if _HINT.search(text, start, end) else iter(())


def _is_subjectless(text: str, part: int, position: int) -> bool:
    """Return whether little but words of time and adverbs stands between the clause's start and a cue."""
    start = max(text.rfind(mark, part, position) for mark in "，：。；\n") + 1
    return position - max(start, part) <= 6


def _of(match: re.Match[str]) -> tuple[str, str]:
    if match.lastgroup == "obtain":
        return ("planned" if match[0] == "谋划储备" else "aspired"), match[0]
    return str(match.lastgroup), match[0]
