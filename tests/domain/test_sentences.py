"""Every sentence about a target says what the assessment applies. The sentences are read back by a parser."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from math import floor
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledges.domain.amounts import UnitNames
from pledges.domain.assessment import Target, assess
from pledges.domain.wording import Terms, criterion_in_words, target_in_words

from .sentence_reader import Reading, Unit, read_criterion, read_target
from .targets import figures, make_target, targets

PERCENT = Unit("%", "per cent")
PERCENT_NAMES = UnitNames("%", "per cent")
RANKS = Unit("位", "rank position")
UNITS = [
    Unit("亿元", "100 million yuan", 10**8, ("yuan",)),
    Unit("万平方米", "10,000 square metres", 10**4, ("square metres",)),
    Unit("P", "petaflops", 1, ("petaflops",)),
    Unit("所", "school", 1, ("school", "schools")),
    Unit("万个", "10,000 items", 10**4),
    Unit("个", "item"),
    Unit("万户", "10,000 households", 10**4),
    Unit("批", "", 1, ("批",)),
]
LABELS = {"zh": "投资", "en": "Investment"}


class Label(NamedTuple):
    """A label, the measure that it names, and what is left of it without the word for that measure."""

    text: str
    names: str = ""
    rest: str = ""


LABELS_WITH_MEASURES = {
    "zh": [
        Label("投资"),
        Label("投资占比", "share"),
        Label("投资增速", "growth", "投资"),
        Label("投资增长幅度", "growth", "投资"),
        Label("投资年均增速", "yearly", "投资"),
        Label("逐年增长投资额"),
        Label("工业增加值"),
        Label("新增就业人数", "increase"),
        Label("城镇净增就业人数", "increase"),
        Label("新增产能利用率"),
        Label("存款增加额", "increase", "存款"),
        Label("能耗降幅", "decline", "能耗"),
        Label("压减产能", "decline", "产能"),
    ],
    "en": [
        Label("Investment"),
        Label("Share of investment", "share"),
        Label("GDP growth", "growth", "GDP"),
        Label("Growth of the deposits", "growth", "Deposits"),
        Label("New energy capacity"),
        Label("Average annual growth of the deposits", "yearly", "Deposits"),
        Label("Newly created jobs", "increase"),
        Label("Newly employed share", "share"),
        Label("Net increase in deposits", "increase", "Deposits"),
        Label("Reduction in energy use", "decline", "Energy use"),
    ],
}
CHANGES = frozenset({"increase", "growth", "average_growth"})
NAMED_MEASURES = CHANGES | {"share", "rank"}

years = st.integers(2020, 2030)
period_lengths = st.just(0) | st.integers(1, 10)
baseline_years = st.none() | st.integers(2010, 2019)
deadlines = st.none() | st.dates(date(2020, 1, 1), date(2035, 12, 31))
languages = pytest.mark.parametrize("language", ["zh", "en"])


@st.composite
def targets_with_unit(draw: st.DrawFn) -> tuple[Target, Unit]:
    target = draw(targets().filter(lambda target: not target.is_relative))
    if target.measure in {"growth", "average_growth", "share"}:
        return target, PERCENT
    if target.measure == "rank":
        upper = target.value_max and target.value_max.to_integral_value()
        return replace(target, value=target.value.to_integral_value(), value_max=upper), RANKS
    unit = draw(st.sampled_from([PERCENT, *UNITS]))
    return replace(target, unit=unit.symbol), unit


def terms(year: int, deadline: date | None, period_length: int, baseline_year: int | None = None) -> Terms:
    """Return terms without a unit, for a period that starts this number of years earlier."""
    period = f"{year - period_length}/{year}" if period_length else ""
    return Terms(UnitNames(""), year, deadline, period, baseline_year)


def assert_names_measure_once(reading: Reading, target: Target, label: Label, unit: Unit) -> None:
    is_change = target.measure in CHANGES
    named = {"decline": CHANGES, "growth": {"growth", "average_growth"}, "yearly": {"average_growth"}}.get(
        label.names, {label.names}
    )
    if label.names == "decline":
        names_itself = is_change and target.value >= 0
    elif label.names == "increase" and not label.rest:
        names_itself = target.measure == "increase" and target.value >= 0 and target.baseline is None
        names_itself &= unit != PERCENT
    else:
        names_itself = label.names == target.measure == "share"
    is_named = target.measure in NAMED_MEASURES and not names_itself
    is_shortened = label.rest and target.measure in named and not names_itself
    assert reading.measure == (target.measure if is_named else None)
    assert reading.name == (label.rest if is_shortened else label.text)


def assert_names_measure_and_period(reading: Reading, target: Target, said: Terms) -> None:
    assert reading.measure == (target.measure if target.measure in NAMED_MEASURES else None)
    assert_names_baseline_and_period(reading, target, said)


def assert_names_baseline_and_period(reading: Reading, target: Target, said: Terms) -> None:
    assert reading.baseline == (target.baseline if target.measure == "increase" else None)
    assert (reading.deadline, reading.period) == (said.deadline, said.period)
    assert reading.baseline_year == (said.baseline_year if target.measure in CHANGES else None)
    last_year = reading.period[5:] or reading.year or (said.deadline and said.deadline.year)
    assert int(last_year or 0) == said.year


@languages
@pytest.mark.slow
@given(targets_with_unit(), st.builds(terms, years, deadlines, period_lengths, baseline_years), st.data())
def test_criterion_accepts_same_figures_as_assessment(
    language: str, target_with_unit: tuple[Target, Unit], said: Terms, data: st.DataObject
) -> None:
    target, unit = target_with_unit
    said = replace(said, unit=UnitNames(unit.symbol, unit.name_en))
    label = data.draw(st.sampled_from(LABELS_WITH_MEASURES[language]), "label")
    sentence = criterion_in_words(target, said, label=label.text, language=language)

    reading = read_criterion(sentence, [label.text, label.rest or label.text], unit, language)

    assert_names_measure_once(reading, target, label, unit)
    assert_names_baseline_and_period(reading, target, said)
    limits = {end.lower_is_better: end.limit for end in target.ends}
    assert reading.high == limits.get(True)
    is_exactly_zero = target.is_zero and limits.get(True) == 0
    assert reading.low == (0 if is_exactly_zero else limits.get(False))
    actual = data.draw(st.sampled_from(sorted(limits.values())) | figures, "actual")
    if target.is_zero or target.measure not in CHANGES | {"level"}:
        actual = abs(actual)
    if target.measure == "rank":
        actual = Decimal(max(1, floor(actual)))
    last_day = date(2025, 12, 31)
    is_met = assess(target, actual, as_of=last_day, deadline=last_day).status == "met"
    assert reading.accepts(actual) == is_met


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("zh", "按 2025 年度计划，投资不超过 0.5%（约 0%，容差为 0.5 个百分点），即为兑现。"),
        (
            "en",
            "Met if “Investment” is 0.5% or less (about 0%, with a tolerance of 0.5 percentage points)"
            " (plan for 2025).",
        ),
    ],
)
def test_criterion_of_about_zero_accepts_figures_within_tolerance(language: str, expected: str) -> None:
    target = replace(make_target("0", "about", tolerance="0.5"), unit="%")
    assert (
        criterion_in_words(
            target, replace(terms(2025, None, 0), unit=PERCENT_NAMES), label=LABELS[language], language=language
        )
        == expected
    )


@languages
@pytest.mark.slow
@given(
    targets_with_unit().filter(lambda drawn: drawn[0].measure != "rank"),
    st.builds(terms, years, deadlines, period_lengths, baseline_years),
)
def test_target_says_figures_as_stated(language: str, target_with_unit: tuple[Target, Unit], said: Terms) -> None:
    target, unit = target_with_unit
    said = replace(said, unit=UnitNames(unit.symbol, unit.name_en))
    reading = read_target(target_in_words(target, said, language), unit, language)
    assert_names_measure_and_period(reading, target, said)
    assert (reading.low, reading.high, reading.bound) == (target.value, target.upper, target.bound)
