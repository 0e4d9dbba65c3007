"""Figures that are no commitments, each with the reason."""

import re

from pledges.extraction.labels import MAX_SUBJECT
from pledges.extraction.numbers import Number

_TIME_UNITS = frozenset(["年", "月", "日", "天", "个月", "岁", "小时", "分钟", "分", "度", "点", "时", "周"])
_DURATION = re.compile("年限|寿命|时间|时长|等候|办结|压缩|压减|缩短|天数|时限|工作日")
_LIST_NOUN = re.compile(
    "(?:方面|大任务|项?重点(?:工作|任务)|支队伍|大(?:行动|战略|体系|产业|工程|攻坚|集群|领域|平台|举措|板块|抓手|定位|主导|优势|支柱|提升|目标|专项|品牌|片区|中心|基地|区域|关系|环节|重点|创新|转型|类|机制|要素|系统|任务)|"
    "个(?:方面|坚持|一批|重点|关键|维度|提升|转变|必须|确保|更加|工作日|统筹|强化|清单|轮子|体系|层面|专班|聚焦|突破|办法|文件|月(?!.{0,4}完成)|部门|专项行动|行动|导向|结合|维护|环节|领域|现代化)|项(?:行动|机制|制度|措施|举措|任务|工作|改革(?!试点)|要求|政策|工程$)|条(?:产业链|主线|底线|措施|例|意见|战线|红线)|条.{0,6}产业链|类(?:人|问题|重点)|次(?:产业|全会|会议|党代会|分配)|次(?:全体)|产(?=[业融])|届|件大事|个大类)"
)
_TITLE = re.compile("[《〈][^》〉]*$")
_NAME_BEFORE = re.compile(r"(?:[A-Za-z]|国道|省道|[GSXY]|第|PM|编号|〔\d*|No\.?|[号\[]|文号|热线|电话|代|AAA)$")
_ORDINAL_AFTER = re.compile(
    "届|次(?:全|会|常|党)|号|期(?!间)|周年|路|线|频道|室|中学|时(?!间)|版|世纪|年级|级|类水|等(?!\\d)"
)
_OTHERS = re.compile(
    "(?:国际货币基金组织|世界银行|国内多家机构|多家机构|社科院|专家)(?:[^。；]{0,20})(?:预测|预计|认为)|(?:省里|国家|上级|自治区|省委、省政府)(?:下达|给我|规划|要求我)|省交通投资集团|由他们|(?:省里|县里|市里|自治区|上级)规划"
)
_DENOMINATOR = re.compile("(?:每|按|户均|上网|超百)$")
_FACT = re.compile(
    "(?:仅有|还有|现有|共有|已有|目前有|拥有的|已建|已达|现存|原有|只有|是第|占全[国省市].{0,3}$|位列|位居|居全|覆盖了|涉及全|对已[^，。；]{1,5}的$)"
)
_STANDARD = frozenset(["千伏", "kV", "KV", "V", "伏", "米", "毫米", "厘米", "岁", "分", "摄氏度", "级", "度", "G"])
_COEFFICIENT = re.compile("系数(?:提高|达|保持|稳定|控制|降)[^，。；]{0,4}$")
_RANKED = re.compile("企业|项目|高校|榜单?|”?企业")
_LIST_HEAD = re.compile("方面|大类|重点工作|重点任务|专项行动|部门|领域|环节|维度|工作日")
_OTHERS_PLAN = re.compile("(?:融入|对接|配合|参与|承接|服务)[^，。]{0,6}(?:自治区|国家|全国|全?省|市)[^，。、]{0,3}$")
_MEANS = re.compile("(?:发挥|依托|用好)[^，。；]*$")
_BUILDS = re.compile("建|完成|实现|达")
_ON_PAST = re.compile("在(?:去年|上年|20\\d\\d年)[^，。；]*$")
_TARGET = re.compile("的?[^，。；]{0,6}目标")
_COMPARES = ("低于", "高于", "距", "较", "比")
_BELOW_TARGET = re.compile("[较比][^，。；]{0,6}目标[^，。；]{0,3}[低高]$")
_STAFF = re.compile("[^，。；]{0,14}(?:干部|代表|委员|党员|同志|部门|单位)将")
_BEYOND = re.compile("(?:及?以上|以下|以内|级以上|级及以上)的?(?P<noun>[^，。；、）以左可—等的为]|$)?")
_CLASS = re.compile("的?(?:项目|企业|园区|产业|龙头|加工|集群|镇|乡|村)")
_CLASS_COUNTED = re.compile("(?:企业|产业|项目|龙头|园区|集群)[^，。；、]{0,6}\\d")
_OF_MONEY = re.compile("的(?!目标|投资|增速|规模)")
_CLOSING = re.compile("[”’]")
_RICH = re.compile("园区|产业|集群|企业|县")


def refusal(text: str, clause: int, number: Number, end: int, following_number: bool) -> str:
    """Return why a figure cannot be a commitment, or an empty text. The offsets are those of its clause."""
    clause = max(clause, number.start - MAX_SUBJECT)
    before = text[clause : number.start]
    after = text[number.end : end]
    rest = text[number.end : number.end + 12]
    if _TITLE.search(text[max(0, number.start - 60) : number.start]):
        return "in a title"
    if _NAME_BEFORE.search(before[-8:]) and not number.magnitude_class:
        return "part of a name"
    if number.kind == "rank" and _RANKED.match(rest):
        return "a class in a name"
    if number.unit == "" and number.kind == "plain" and not _COEFFICIENT.search(before):
        return "no unit"
    if number.kind == "plain" and number.unit in {"年", "月", "日", "号", "时", "点"} and not _DURATION.search(before):
        return "a time"
    if (
        number.kind == "plain"
        and _ORDINAL_AFTER.match(rest)
        and not number.magnitude_class
        and number.unit in {"", "个", "万"}
    ):
        return "an ordinal"
    if (number.unit in _TIME_UNITS and not _DURATION.search(before[-16:] + rest[:4]) and number.unit != "天") or (
        number.unit == "年" and rest.startswith("的")
    ):
        return "a duration or age"
    if number.unit in {"千伏", "kV", "KV"} or (number.unit in _STANDARD and following_number):
        return "a specification"
    if _DENOMINATOR.search(before[-3:]) and number.kind != "fraction":
        return "a denominator"
    if _is_threshold(number, before, rest, following_number):
        return "a threshold in a name"
    if reason := _slogan(text, number, before, rest):
        return reason
    if number.is_chinese and _LIST_NOUN.match(text, number.end - len(number.unit)) and not before.endswith("等"):
        return "the heading of a list"
    if not number.is_chinese and number.unit in {"个", "项", "类", "条", "大类"} and _LIST_HEAD.match(rest):
        return "the heading of a list"
    if _OTHERS.search(text[clause : min(end, number.end + 30)]):
        return "somebody else's target"
    if _OTHERS_PLAN.search(before):
        return "somebody else's target"
    if _MEANS.search(before) and not _BUILDS.search(before + after):
        return "a fact"
    if "基础上" in after and _ON_PAST.search(before):
        return "what a change starts from"
    if (before.endswith(_COMPARES) and _TARGET.match(rest)) or (
        before.endswith(("低", "高")) and _BELOW_TARGET.search(before)
    ):
        return "a comparison with a target"
    if _STAFF.match(text, number.end, number.end + 20):
        return "a fact"
    if _FACT.search(before[-8:]):
        return "a fact"
    return ""


def _is_threshold(number: Number, before: str, rest: str, following_number: bool) -> bool:
    if number.magnitude_class and not number.unit.endswith(("元", "亿")) and rest.startswith(("以上", "及以上")):
        return True
    beyond = _BEYOND.match(rest)
    if beyond:
        if not beyond["noun"]:
            return False
        if number.unit in {"%", "‰"} or number.kind == "fraction":
            return False
        if number.unit.endswith("元") or number.unit in {
            "岁",
            "年",
            "亩",
            "万亩",
            "亿",
            "万",
            "头",
            "吨",
            "万吨",
            "分",
            "级",
        }:
            return True
        return following_number
    if number.unit.endswith("元") and before.endswith(("超", "过", "达", "上")) and _CLASS.match(rest):
        return True
    if number.magnitude_class and rest and _CLASS_COUNTED.match(rest):
        return False
    return number.unit.endswith("元") and bool(_OF_MONEY.match(rest))


def _slogan(text: str, number: Number, before: str, rest: str) -> str:
    opened = max(text.rfind(mark, max(0, number.start - 16), number.start) for mark in "“‘")
    if opened < 0 or _CLOSING.search(text, opened, number.start):
        return ""
    closing = _CLOSING.search(text, number.end, number.end + 14)
    if not closing:
        return ""
    closed = closing.start()
    if number.magnitude_class or closed - opened > 24 or number.kind == "rank":
        return ""
    if (
        number.unit in {"亿元", "万亿元", "%", "公里"}
        or (number.unit == "亿" and _RICH.match(rest))
        or (number.unit == "户" and number.value >= 100)
    ):
        return ""
    return "the name of a programme"
