"""Divide a text by its headings, and tell what each part is about: a review or a plan, and of which year."""

import re
from dataclasses import dataclass, replace

from pledges.extraction.page import Page
from pledges.extraction.tense_model import paragraph_score
from pledges.extraction.times import Time, find_times

_MARKERS = (
    re.compile(r"第[一二三四五六七八九十百]+[章篇部]"),
    re.compile(r"[一二三四五六七八九十]+、|第[一二三四五六七八九十百]+节"),
    re.compile(r"（[一二三四五六七八九十]+）"),
    re.compile(r"\d{1,2}[.、．](?!\d)|[（(]\d{1,2}[)）]"),
)
_REVIEW = re.compile(
    "回顾|总结|过去|运行情况|工作情况|成绩|成就|基本情况|问题|完成情况|执行情况|主要做法|统计公报|以来.*(?:发展|工作)|综述|决定性|极不平凡|现状|发展基础|^(?!.*(?:目标|任务|安排)).*成效"
)
_PLAN = re.compile(
    "安排|任务|重点|目标|计划|规划|打算|建议|部署|思路|举措|展望|下一步|今后|未来|研判|走势|要求|实事|承诺|清单|工作要点|蓝图"
)
_DECREE = re.compile("(?:方案|意见|措施|决定)(?:的通知)?(?:（[^）]*）)?(?: |$)")
_BULLETIN = re.compile("统计公报|运行情况(?:简报|通报)?$|工作总结$")
_GREETING = re.compile("(?:各位(?:代表|委员|同志|朋友)[！，：、]?(?:同志们[！：]?)?)*")
_OPENS_PLAN = re.compile(
    "(?:今年|(?P<year>20\\d\\d)年)(?:是|，?(?:是|我们将|要|全[省市县区镇乡]|经济社会|[^，。；]{0,12}(?:目标|总体要求|工作)))|[^，。；]{0,20}(?:主要)?(?:预期|奋斗)目标(?:是|：|为)|(?:今后|未来)[一二三四五]年|为(?:完成|实现)(?:上述|以上|今年|全年)|围绕上述|做好今年|完成以上目标|新的一年"
)
_OPENS_GOALS = re.compile("(?:目标|指标)(?:是|为|如下)?：")
_OPENS_LIST = re.compile(
    "(?:(?P<aspired>努力|力争|争取|奋力)(?:实现|完成|达到)|(?P<expected>预期))[^，。；：]{0,16}(?:目标|指标)[^，。；：]{0,8}[：。]$"
)
_ITEMS = ("—", "●", "■", "◆", "▲")
_SPOKEN = re.compile("(?:说|表示|告诉记者|介绍)[，：。]|“[^”]{30,}")
_OPENS_REVIEW = re.compile(
    "过去的?[一五]?年|一年来|五年来|刚刚过去|20\\d\\d年(?:以来)?[，是]?(?:极不平凡|面对|全[市省县区].{0,10}(?:完成|实现))|[过这][去一]年|“十[一二三四]五”(?:时期|期间)[，我]|回顾"
)


@dataclass(frozen=True, slots=True)
class Section:
    """What the headings above a paragraph say. `tense` is `past`, `plan` or empty; `time` governs its clauses."""

    heading: str = ""
    tense: str = ""
    time: Time | None = None
    is_unclear: bool = False  # no heading says it, and nobody speaks
    strength: str = ""  # of a list, if the paragraph before it says so
    past_score: float = 0.0  # of the paragraph, if it is unclear


def sections(
    page: Page, plan_year: int, month: int, kind: str, *, is_interview: bool, has_speakers: bool
) -> list[Section]:
    """Return the section of each paragraph. In interviews, a sentence about the year governs no other paragraph."""
    base = _of_document(page, plan_year, month, kind)
    stack: list[tuple[int, Section]] = [(-1, base)]
    found: list[Section] = []
    strength = ""
    for paragraph in page.paragraphs:
        text = page.text[paragraph.start : min(paragraph.end, paragraph.start + 400)]
        length = paragraph.end - paragraph.start
        level = next((level for level, marker in enumerate(_MARKERS) if marker.match(text)), None)
        is_short = length <= 45 and "。" not in text[:-1]
        heading = text if is_short else text[: text.find("。") + 1 or 45][:45] if level is not None else ""
        if (
            level is None
            and is_short
            and (_REVIEW.search(text) or _PLAN.search(text))
            and "，" not in text
            and text[-1] not in "：。"
            and found
        ):
            level = 1
        if level is not None and heading:
            while stack[-1][0] >= level:
                stack.pop()
            stack.append((level, _under(stack[-1][1], heading, plan_year, month, level)))
        elif not is_interview:
            opening = text[_GREETING.match(text).end() :][:160]  # type: ignore[union-attr]
            stack = _opened(stack, opening, plan_year, month)
        if not (level is not None and level > 1) and not text.startswith(_ITEMS):
            strength = ""
        found.append(replace(stack[-1][1], strength=strength) if strength else stack[-1][1])
        if match := _OPENS_LIST.search(page.text, max(paragraph.start, paragraph.end - 60), paragraph.end):
            strength = str(match.lastgroup)
    if has_speakers:
        return found
    return [
        replace(section, is_unclear=True, past_score=paragraph_score(page.text[paragraph.start : paragraph.end]))
        if not section.tense and not _SPOKEN.search(page.text, paragraph.start, paragraph.end)
        else section
        for paragraph, section in zip(page.paragraphs, found, strict=True)
    ]


def _of_document(page: Page, plan_year: int, month: int, kind: str) -> Section:
    titles = [page.text[part.start : part.end] for part in page.paragraphs[:4] if part.end - part.start <= 90]
    title = " ".join(titles)
    if (
        _BULLETIN.search(title)
        or "公报" in title
        or (re.search("past|review|bulletin|回顾|公报|总结", kind) and "plan" not in kind)
    ):
        return Section(title, "past")
    if (_PLAN.search(title) or _DECREE.search(title)) and "访" not in title:
        times = [
            time for time in find_times(title, 0, len(title), plan_year, month) if time.kind == "year" and time.year
        ]
        if times:
            year = times[0].year
            return Section(title, "plan", Time(0, 0, "year", year, f"{year}-12-31"))
        return Section(title, "plan")
    return Section(title)


def _under(parent: Section, heading: str, plan_year: int, month: int, level: int) -> Section:
    is_review, is_plan = _REVIEW.search(heading), _PLAN.search(heading)
    times = [time for time in find_times(heading, 0, len(heading), plan_year, month) if time.kind in {"year", "past"}]
    tense = parent.tense
    if level <= 1 and is_review and not (is_plan and not times):
        tense = "past"
    elif level <= 1 and (is_plan or any(time.kind == "year" for time in times)):
        tense = "plan"
    governing = next((time for time in times if time.kind == "year"), parent.time)
    if tense == "past":
        governing = None
    elif governing and level > 1:
        governing = parent.time if not any(time.kind == "year" for time in times) else governing
    return Section(heading, tense, replace(governing, start=0, end=0) if governing else None)


def _opened(stack: list[tuple[int, Section]], opening: str, plan_year: int, month: int) -> list[tuple[int, Section]]:
    """Return the stack after a paragraph whose beginning opens a part, such as 今年是…"""
    current = stack[-1][1]
    if match := _OPENS_GOALS.search(opening):
        times = [
            time for time in find_times(opening, 0, match.start(), plan_year, month) if time.kind in {"year", "past"}
        ]
        if times and times[-1].kind == "year":
            return [*_above(stack), (1, Section(opening, "plan", replace(times[-1], start=0, end=0)))]
    if match := _OPENS_PLAN.match(opening):
        if match["year"] and int(match["year"]) < plan_year:
            if "是" not in match[0]:
                return stack
            return [*_above(stack), (1, Section(opening, "past"))]
        if re.match("今后|未来", opening):
            last = plan_year + 4 if "五" in match[0] else plan_year
            return [*_above(stack), (1, Section(opening, "plan", Time(0, 0, "year", last, f"{last}-12-31")))]
        if current.tense == "past" and "为" in opening[:2] and "今年" not in opening:
            return stack
        year = (
            int(match["year"] or plan_year)
            if not current.time or "今年" in opening or match["year"]
            else current.time.year
        )
        if "目标" in match[0] and "年" not in match[0] and current.time:
            return stack
        return [*_above(stack), (1, Section(opening, "plan", Time(0, 0, "year", year, f"{year}-12-31")))]
    if _OPENS_REVIEW.match(opening) and current.tense != "plan":
        return [*_above(stack), (1, Section(opening, "past"))]
    return stack


def _above(stack: list[tuple[int, Section]]) -> list[tuple[int, Section]]:
    return [entry for entry in stack if entry[0] < 1] or stack[:1]
