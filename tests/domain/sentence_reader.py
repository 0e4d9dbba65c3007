"""Read targets and criteria in Chinese and English, independently of the code that writes them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext

WORDS = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
NUMBER = r"-?[\d,]+(?:\.\d+)?"
VERBS = {
    "增加": ("increase", 1),
    "减少": ("increase", -1),
    "增长": ("growth", 1),
    "下降": ("growth", -1),
    "年均增长": ("average_growth", 1),
    "年均下降": ("average_growth", -1),
    "占比": ("share", 1),
    "an increase of": ("increase", 1),
    "a decrease of": ("increase", -1),
    "growth of": ("growth", 1),
    "a decline of": ("growth", -1),
    "average annual growth of": ("average_growth", 1),
    "an average annual decline of": ("average_growth", -1),
    "a share of": ("share", 1),
}
SIGNS = {
    "正增长": ("growth", "more_than"),
    "负增长": ("growth", "less_than"),
    "年均正增长": ("average_growth", "more_than"),
    "年均负增长": ("average_growth", "less_than"),
    "positive growth": ("growth", "more_than"),
    "negative growth": ("growth", "less_than"),
    "positive average annual growth": ("average_growth", "more_than"),
    "negative average annual growth": ("average_growth", "less_than"),
}
VERB = f"(?P<verb>{'|'.join(VERBS)})?"
PERIOD_ZH = (
    r"(?:按 (?P<year>\d{4}) 年度计划，|(?P<period>\d{4}—\d{4}) 年(?:累计)?，)?(?:不晚于 (?P<deadline>[\d-]{10})，)?"
)
PERIOD_EN = (
    r"(?: by (?P<deadline>[\d-]{10}))?(?: \((?:plan for (?P<year>\d{4})|(?P<period>\d{4}–\d{4})(?: in total)?)\))?"
)
BASELINE_ZH = r"(?:在 (?:(?P<its_year>\d{{4}}) 年 )?(?P<baseline>[^，]+?)的基础上{0}|较 (?P<since>\d{{4}}) 年{0})?"
BASELINE_EN = r"(?: from (?P<baseline>-?\d.*?)(?: in (?P<its_year>\d{4}))?| compared with (?P<since>\d{4}))?"
QUALIFIERS = {"至少 ": "at_least", "至多 ": "at_most", "约 ": "about"}
QUALIFIERS |= {"at least ": "at_least", "at most ": "at_most", "about ": "about"}
QUALIFIER = f"(?P<bound>{'|'.join(QUALIFIERS)})?"
MIRRORED = {"at_least": "at_most", "at_most": "at_least"}


@dataclass(frozen=True)
class Unit:
    """A unit as the sentences write it. `english` is the noun in the singular and plural."""

    symbol: str
    name_en: str
    magnitude: int = 1
    english: tuple[str, ...] = ("",)


@dataclass(frozen=True)
class Reading:
    """What a sentence says. An end of the accepted range, or a part that the sentence does not mention, is None."""

    measure: str | None
    low: Decimal | None
    high: Decimal | None
    baseline: Decimal | None
    deadline: date | None
    year: int | None
    period: str = ""
    bound: str = ""
    name: str = ""  # what the criterion calls the measured quantity
    baseline_year: int | None = None

    def accepts(self, actual: Decimal) -> bool:
        if self.bound in {"more_than", "less_than"} and actual in {self.low, self.high}:
            return False
        return (self.low is None or self.low <= actual) and (self.high is None or actual <= self.high)


def read_criterion(sentence: str, names: Sequence[str], unit: Unit, language: str) -> Reading:
    """Read a criterion on a quantity that it calls by one of the names."""
    name = f"(?P<name>{'|'.join(map(re.escape, names))})"
    if language == "zh":
        note = r"(?:（[^）]*，容差为[^）]*）)?"
        pattern = f"{PERIOD_ZH}{BASELINE_ZH.format('，')}{name}{VERB} ?(?P<condition>[^（]*){note}，即为兑现。"
    else:
        note = r"(?: \([^)]*, with a tolerance of [^)]*\))?"
        verb = rf"(?:reaches |shows |is )?{VERB} ?"
        pattern = f"Met if “{name}” {verb}(?P<condition>.*?){BASELINE_EN}{note}{PERIOD_EN}\\."
    match = re.fullmatch(pattern, sentence)
    assert match, sentence
    condition = match["condition"]
    if rank := re.fullmatch(r"进入前 (\d+) 位|ranks (\d+)(?:st|nd|rd|th) or better", condition):
        return _reading("rank", [None, Decimal(rank[1] or rank[2])], match, unit, language)
    if signed := SIGNS.get(condition.removeprefix("实现")):
        return _reading(signed[0], _beyond(signed[1], Decimal(0)), match, unit, language, signed[1])
    if beyond := re.fullmatch(r"(高于 |低于 |above |below )(.*)", condition):
        bound = "more_than" if beyond[1] in {"高于 ", "above "} else "less_than"
        return _reading(None, _beyond(bound, _figures(beyond[2], unit, language)[0]), match, unit, language, bound)
    measure, sign = VERBS.get(match["verb"], (None, 1))
    ends = _ends(condition, unit, language)
    if sign < 0:
        assert all(end is None or end >= 0 for end in ends), f"double negative: {sentence}"
        ends = [None if end is None else -end for end in reversed(ends)]
    return _reading(measure, ends, match, unit, language)


def read_target(sentence: str, unit: Unit, language: str) -> Reading:
    """Read a target that is not a rank. `low` and `high` are the figures as stated."""
    amount = f"{VERB} ?{QUALIFIER}(?P<amount>.*?)"
    if language == "zh":
        years = r"(?:（(?:(?P<year>\d{4}) 年度计划|(?P<period>\d{4}—\d{4}) 年(?:累计)?)）)?"
        period = rf"{years}(?:，不晚于 (?P<deadline>[\d-]{{10}}))?"
        pattern = f"{BASELINE_ZH.format('')}{amount}{period}"
    else:
        pattern = f"{amount}{BASELINE_EN}{PERIOD_EN}"
    match = re.fullmatch(pattern, sentence)
    assert match, sentence
    if signed := SIGNS.get(match["amount"].strip()):
        return _reading(signed[0], [Decimal(0), Decimal(0)], match, unit, language, signed[1])
    measure, sign = VERBS.get(match["verb"], (None, 1))
    figures = _figures(match["amount"], unit, language)
    bound = QUALIFIERS.get(match["bound"], "exact")
    if sign < 0:
        assert min(figures) >= 0, f"double negative: {sentence}"
        figures, bound = [-figure for figure in reversed(figures)], MIRRORED.get(bound, bound)
    return _reading(measure, [figures[0], figures[-1]], match, unit, language, bound)


def _reading(
    measure: str | None,
    ends: list[Decimal | None],
    match: re.Match[str],
    unit: Unit,
    language: str,
    bound: str = "",
) -> Reading:
    return Reading(
        measure=measure,
        low=ends[0],
        high=ends[1],
        baseline=_figures(match["baseline"], unit, language)[0] if match["baseline"] else None,
        deadline=date.fromisoformat(match["deadline"]) if match["deadline"] else None,
        year=int(match["year"]) if match["year"] else None,
        period=re.sub("[—–]", "/", match["period"] or ""),
        bound=bound,
        name=match.groupdict().get("name") or "",
        baseline_year=int(match["since"] or match["its_year"] or 0) or None,
    )


def _beyond(bound: str, limit: Decimal) -> list[Decimal | None]:
    return [limit, None] if bound == "more_than" else [None, limit]


def _ends(condition: str, unit: Unit, language: str) -> list[Decimal | None]:
    """Return the lower and the upper end of what the condition accepts."""
    if language == "zh":
        floor, cap = r"达到或超过 (?P<a>.*)|(?P<b>.*)或更多", r"不超过 (?P<a>.*)"
        exact = r"在 (?P<a>.*)之间|为 (?P<b>.*)|(?P<c>.*)"
    else:
        floor, cap, exact = "(?P<a>.*) or more", "(?P<a>.*) or less", "(?P<a>.*)"
    for pattern, has_low, has_high in [(floor, True, False), (cap, False, True), (exact, True, True)]:
        if match := re.fullmatch(pattern, condition):
            amount = next(filter(None, match.groupdict().values()))
            figures = _figures(amount, unit, language)
            return [figures[0] if has_low else None, figures[-1] if has_high else None]
    raise AssertionError(condition)


def _figures(amount: str, unit: Unit, language: str) -> list[Decimal]:
    """Return the figures of an amount or range, in the unit."""
    dash, percent = ("～", "%～") if language == "zh" else ("–| to ", "% to |–")
    if unit.symbol == "%":
        match = re.fullmatch(f"({NUMBER})(?:(?:{percent})({NUMBER}))?% ?", amount)
        magnitude = 1
    elif language == "zh":
        match = re.fullmatch(f"({NUMBER})(?:{dash}({NUMBER}))? {unit.symbol} ?", amount)
        magnitude = 1
    else:
        noun = "|".join(unit.english)
        match = re.fullmatch(f"({NUMBER})(?:(?:{dash})({NUMBER}))?(?: ({'|'.join(WORDS)}))? ?(?:{noun})", amount)
        magnitude = WORDS.get(match[3], 1) if match else 1
    assert match, (amount, unit)
    scale = Decimal(1) if language == "zh" else Decimal(magnitude) / unit.magnitude
    with localcontext(prec=80):
        return [Decimal(number.replace(",", "")) * scale for number in match.groups()[:2] if number]
