"""Whether a clause reports what was done, or plans what will be."""

import re

from pledges.extraction.numbers import Number
from pledges.extraction.sections import Section
from pledges.extraction.sentences import Clause, Sentence
from pledges.extraction.tense_model import past_score
from pledges.extraction.times import Time

_PLAN = re.compile(
    "将(?<![已即]将)(?!军|来自|其|近)|要(?<![主重需必只还首摘概纲简提扼摘的]要)(?!求|素|件|点|闻|么|害|道|塞|不)|力争|争取|确保|计划(?<![”’]计划)(?!单列|的|投资|生育|[，。、；”’》）])|拟(?!定)|预计|有望|有信心|务必|必须|目标是|下一步|今后|"
    "到20[2-9]\\d年|年内|年底前|月底前|不低于|不少于|不得|奋力|打算|准备(?!金)|继续|保证(?!金|率)|预期(?!寿命)|再(?=[改建筹增引添投发])|加快|推动|拟于"
)
_PAST = re.compile(
    "了(?<![为除]了)(?!解)|已(?!有研|知)|曾|累计(?:完成|投入|投资|新建|改造|建成|发放|培训|减)|同比(?:增长|下降|提高|上升)|超额|圆满|顺利完成|首次(?!突破)|成功(?!率)|获(?:得|批|评)|荣获|跃升|迈上|创(?:历史|造)|完成年度|占年?计划|增至|降至|升至|"
    "实现了|达到了|连续\\d|位居|位列|名列|仅有|还有|结束|胜利|全部脱贫|全部出列|全面完成|新高|来之不易|分别完成|得到|取得"
)
_STRONG_PAST = re.compile(
    "去年(?<![比较在对与从由]去年)(?!结转|立项|的?基础|谋划)|上年末|已(?:完成|建成|累计|有|经|投|实现|达|超|全)|成了|达了|现了|入了|增了|突了|破了|造了|设了|化了|位居|位列|跃居|创历史|全部办结|有差距|来之不易"
)


_WEAK = "争取 计划 预期 推动 加快 继续 再 奋力 要 不低于 不少于 准备"  # reviews have them as well
_PLAN_IN_REVIEW = "力争 计划 预计 将 有望 今后 下一步"


def is_of_the_past(
    text: str,
    sentence: Sentence,
    clause: Clause,
    number: Number,
    time: Time | None,
    section: Section,
    earlier: Time | None,
) -> tuple[bool, str]:
    """Return whether a figure is one of the past, and why: words of time first, then cues, then the section."""
    if time and time.kind == "past":
        start = clause.start if time.start >= clause.start else clause.part
        if cue := _found(_PLAN.search(text, max(time.end, start), number.start)):
            return False, f"“{cue}” is a plan"
        return True, "a time in the past"
    cue = _found(_STRONG_PAST.search(text, clause.start, clause.end))
    if cue and not _PLAN.search(text, clause.start, number.start):
        return True, f"“{cue}” is the past"
    plan = _found(_PLAN.search(text, clause.start, clause.end))
    if section.tense == "past" and not (
        time and text.startswith(("新的一年", "明年", "来年"), time.start) and time.end > time.start
    ):
        if plan in _PLAN_IN_REVIEW.split() and not _PAST.search(text, clause.part, clause.end):
            return False, f"“{plan}” is a plan"
        return True, f"the section {section.heading[:12]} is a review"
    is_governed = time is not None and time.start >= sentence.start and time.end > time.start
    if is_governed and section.is_unclear and time and text.startswith(("全年", "年度"), time.start):
        is_governed = False
    if is_governed or (plan and not (section.is_unclear and plan in _WEAK.split())):
        return False, "a plan"
    cue = _found(_PAST.search(text, clause.start, clause.end))
    if cue and section.tense != "plan":
        return True, f"“{cue}” is the past"
    is_planned = any(one is not None and one.kind == "year" for one in (time, earlier))
    if section.is_unclear and not is_planned and past_score(text[clause.start : clause.end], section.past_score) > 0:
        return True, "it reads like a review"
    return False, ""


def _found(match: re.Match[str] | None) -> str:
    return match[0] if match else ""
