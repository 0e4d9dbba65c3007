"""Read tables of indicators: a column of the target year, and perhaps of an earlier year, a yearly rate, a nature."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

from pledges.extraction.bounds import bound_of, reversed_bound
from pledges.extraction.candidate import Candidate
from pledges.extraction.labels import metrics_of
from pledges.extraction.lexicon import Lexicon
from pledges.extraction.measures import is_fall, measure_of
from pledges.extraction.numbers import Number
from pledges.extraction.page import Page, Paragraph
from pledges.extraction.speakers import Speakers

_YEAR = re.compile(r"(20\d\d)年?")
_NAME = re.compile("指标|名称")
_RATE = re.compile("年均")
_NATURE = re.compile("属性|性质|类型")
_STRENGTHS = {"约束": "firm", "预期": "expected"}
_UNIT = re.compile(r"（(?P<unit>[^（）]{1,12})）$")
_FIGURE = re.compile(r"(?P<cumulative>[〔\[（])?(?P<value>-?\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the cells of a row stand; a column that is missing is None."""

    count: int
    name: int
    target: int
    year: int
    baseline: int | None
    baseline_year: int
    rate: int | None
    nature: int | None


def find_rows(page: Page, plan_year: int) -> Iterator[tuple[Paragraph, Columns]]:
    """Yield the rows of tables whose head names indicators and a year that is not yet over."""
    columns = None
    for paragraph in page.paragraphs:
        cells = page.text[paragraph.start : paragraph.end].split("\t")
        if len(cells) < 3:
            continue
        if any(map(_YEAR.fullmatch, cells)):
            columns = _columns(cells, plan_year)
        elif columns and len(cells) == columns.count:
            yield paragraph, columns
        else:
            columns = None


def _columns(cells: list[str], plan_year: int) -> Columns | None:
    years = {index: int(match[1]) for index, cell in enumerate(cells) if (match := _YEAR.match(cell))}
    target = max(years, key=years.__getitem__)
    earlier = [index for index in years if years[index] < years[target]]
    name = _find(_NAME, cells)
    if years[target] < plan_year or name is None:
        return None
    baseline = max(earlier, key=years.__getitem__, default=None)
    baseline_year = years[target] - 5 if baseline is None else years[baseline]
    return Columns(
        len(cells), name, target, years[target], baseline, baseline_year, _find(_RATE, cells), _find(_NATURE, cells)
    )


def _find(pattern: re.Pattern[str], cells: list[str]) -> int | None:
    return next((index for index, cell in enumerate(cells) if pattern.search(cell)), None)


def read_row(page: Page, row: Paragraph, columns: Columns, lexicon: Lexicon, speakers: Speakers) -> Iterator[Candidate]:
    """Yield the target of a row, and its yearly rate.

    A change over the whole period, in brackets, is a target only where the year has no figure: else it is the
    difference of two columns.
    """
    cells = page.text[row.start : row.end].split("\t")
    starts = list(accumulate((len(cell) + 1 for cell in cells), initial=row.start))
    unit_match = _UNIT.search(cells[columns.name])
    name = _UNIT.sub("", cells[columns.name])
    unit = unit_match["unit"] if unit_match else ""
    nature = "" if columns.nature is None else cells[columns.nature][:2]
    speaker = speakers.at(row.start)
    target = _FIGURE.search(page.text, starts[columns.target], starts[columns.target] + len(cells[columns.target]))
    for index in (columns.target, columns.rate):
        if index is None:
            continue
        end = starts[index] + len(cells[index])
        figure = _FIGURE.search(page.text, starts[index], end)
        if figure is None or (index == columns.rate and target and figure["cumulative"]):
            continue
        is_rate = index == columns.rate and not figure["cumulative"]
        number_end = figure.end("value") + page.text.startswith("%", figure.end("value"))
        number = Number(
            figure.start("value"),
            number_end,
            Decimal(figure["value"]),
            "%" if is_rate or number_end > figure.end("value") else unit,
        )
        measure = "average_growth" if is_rate else _measure(name, number, is_change=bool(figure["cumulative"]))
        bound = bound_of(page.text, starts[index], number, end)
        value = number.value
        if measure in {"growth", "average_growth"} and value > 0 and is_fall(name, number):
            value = -value
            bound = reversed_bound(bound)
        baseline = None
        if index == columns.target and columns.baseline is not None:
            before = _FIGURE.fullmatch(cells[columns.baseline].rstrip("%"))
            baseline = Decimal(before["value"]) if before and not before["cumulative"] else None
        start, stop = page.original_span(starts[columns.name], number_end)
        yield Candidate(
            quote=page.original[start:stop],
            start=start,
            end=stop,
            at=page.offsets[number.start],
            value=value,
            unit=number.unit,
            bound=bound,
            measure=measure,
            baseline=baseline,
            period=f"{columns.baseline_year + 1}/{columns.year}" if "growth" in measure else "",
            year=columns.year,
            deadline=f"{columns.year}-12-31",
            strength=_STRENGTHS.get(nature, "firm"),
            label=name,
            metrics=metrics_of(name, lexicon.units.get(number.unit, ""), lexicon),
            speaker=speaker.name,
            post=speaker.post,
            place=speakers.place,
            confidence=0.9,
            reasons=["a table of indicators"],
        )


def _measure(name: str, number: Number, *, is_change: bool) -> str:
    """Return the measure of a figure of a year, or of a change over several, from the name of the indicator."""
    if "/" in number.unit:
        return "level"
    measure = measure_of(name if is_change else f"{name}达到", number, "", has_baseline=False)
    return "growth" if is_change and number.unit == "%" else measure
