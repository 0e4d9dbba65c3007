"""What a figure measures: `total`, `level`, `increase`, `growth`, `average_growth`, `share` or `rank`."""

import re

from pledges.extraction.numbers import Number

_AVERAGE = re.compile("年均(?:增长|递增|增速|增幅|提高|下降|降低|增加)|平均每年(?:增长|递增)|年平均增长")
_GROWTH = re.compile(
    "增长|增速|增幅|涨幅|降幅|递增|上涨|下降|降低|减少|压减|压缩|增加|提高|提升|翻|减排|削减|下调|上浮|多投|扩大|增产|增收|回落|缩减|翻番|增"
)
_FALL = re.compile("下降|降低|减少|压减|压缩|降幅|削减|下调|回落|缩减|减排|降")
_RATE_LEVEL = re.compile(
    "失业率|强度|赤字率|死亡率|受害率|发生率|研发(?:经费|投入)?.{0,6}(?:占|比重)|之比|R&D|发病率|事故率|不良率|负债率|利率|出生率|损失率|漏损率|贡献率|杠杆率|人口自然增长率"
)
_NATURAL = re.compile("自然增长率")
_SHARE = re.compile("率|占|比重|比例|覆盖|份额|度(?:达|提|保)|面|普及|水平")
_CHANGE = re.compile(
    "新增|净增|增加(?!到|至|值)|再引进|新引进|再添|再增|新认定|新培育|新入规|新入统|新增加|扩充|增收|上升|多出|扩种|新发展|再筹|再聚集|"
    "扩大(?!到|至)|增长(?!到|至)|净增加|新升规|新上规|新升|新纳|压减(?!到|至)|减少(?!到|至)|降低(?!到|至)|下降(?!到|至)|前移|缩短(?!到|至)|增产|新吸纳|新注册|新登记|新获|新取得|延长(?!到|至)|新晋|再增加|多(?=$)"
)
_PRODUCED = re.compile("减少贫困|减贫|减少.{0,4}人口")
_LEVEL = re.compile(
    "总数|总量(?!.{0,4}产)|规模|能力|保有量|存栏|拥有量?|装机|总里程|里程(?:达|突破|保持)|达到|达(?![标产成])|突破|增加[到至]|增[至到]|增长[到至]|扩大[到至]|发展[到至]|"
    "提高[到至]|提升[到至]|稳定在|保持在|控制在|每千|每万|每百|浓度|(?<!高)标准(?!化|厂|地)|保持|缩短[到至]|压减[到至]|总户数|集聚人口"
)
_FLOW = re.compile(
    "投资|产值|收入|产量|销售|营收|总额|贸易|支出|税收|生产总值|GDP|增加值|利润|利税|出栏|播种面积|成交|消费|旅游|游客|人次|资金|引资|优良天数|发电量|交易|货运|客运|吞吐|出口|进口|进出口|生产|粮食|用电|零售"
)
_STOCK_UNITS = (
    "条 家 个 户 人 名 张 台 辆 件 所 万家 万户 万人 万个 万张 万名 万台 万辆 万件 种 P 万P 头 万头 只 万只 套 座"
)
_FROM = re.compile("[从由]")
_CAPACITY = re.compile("年产|日产|日供|日处理|产能|装机|能力")
_RAISED = re.compile("(?:提高|提升)$")
_LENGTHENED = re.compile("(?:提高|提升|延长|增加)$")
_OVERTAKING = re.compile("上升|前移|提升|进|跃升")
_UP_TO = re.compile("其中|总数|达到|总量|[增扩][加大至]?到")
_ATTRACTED = re.compile("再引进[^，。；]*企业$")
_REMOVED = re.compile("淘汰|化解|关闭|退出")
_PRICE = re.compile("标准|均价|成本")
_STOCK = re.compile(
    "每[千万百个]|浓度|(?<!高)标准(?!化|厂|地)|密度|人均(?!.{0,6}(?:收入|消费))|规模|保有|存栏|总里程|在建里程"
)
_HOLDER = re.compile("总规模|企业|主体")
_WORK = re.compile("完成|实施|建设|新建|改造|培训|举办|开展|发放|建成|惠及|引育|年接待|不少于$|不低于$|超过$")
_RATE_OF_GROWTH = re.compile("[增降涨]幅|增速")
_SHARE_END = re.compile("占比|比重|率$")
_SHARE_BEHIND = re.compile("[率占]")
_GROWTH_AFTER = re.compile("的?(?:增速|增长|增幅)")
_GROWTH_NAME = re.compile("增速|增幅|涨幅|降幅")
_SHARE_NAME = re.compile("率|占|比重")
_RISE_BEHIND = re.compile("增长|提高|增加|率")


def measure_of(before: str, number: Number, after: str, *, has_baseline: bool) -> str:
    """Return the measure of a figure. `before` is what precedes it in its clause, or the clause before as well."""
    if number.kind == "rank":
        return "rank"
    unit = number.unit
    near = before[-14:]
    if unit in {"%", "‰", "‱"}:
        return _rate(before, near, number, after, has_baseline=has_baseline)
    if unit == "元" and _RAISED.search(near):
        return "increase"
    if unit in {"岁", "年"}:
        return "increase" if _LENGTHENED.search(near) else "level"
    if unit == ":1":
        return "level"
    if unit == "个百分点":
        return "increase"
    if number.magnitude_class:
        return "level"
    if number.kind == "zero":
        return "total" if "零发生" in after or unit == "天" or near.endswith("发生") else "level"
    if unit in {"位", "名次"}:
        return "increase" if _OVERTAKING.search(near) else "rank"
    if before.endswith("等"):
        return "total"
    if has_baseline:
        return "total" if _FLOW.search(before) and unit.endswith("元") else "level"
    if _PRODUCED.search(near):
        return "total"
    changes = list(_CHANGE.finditer(before))
    if changes and not _UP_TO.search(before, changes[-1].end()):
        return "increase"
    if unit in {"家", "户"} and _ATTRACTED.search(before):
        return "increase"
    if _REMOVED.search(before):
        return "total"
    if _CAPACITY.search(near) and not unit.endswith("元"):
        return "level"
    if unit.endswith(("元", "美元")) and not _PRICE.search(before):
        return "total"
    if _STOCK.search(before):
        return "level"
    if _FLOW.search(before) and not _HOLDER.search(before):
        return "total"
    if _LEVEL.search(near) and not _WORK.search(near):
        return "level"
    return "total"


def _rate(before: str, near: str, number: Number, after: str, *, has_baseline: bool) -> str:
    if number.kind == "growth":
        return "growth"
    if _AVERAGE.search(before[-30:]) and "，" not in before[-6:]:
        return "average_growth"
    if _NATURAL.search(before):
        return "growth"
    if _RATE_LEVEL.search(before[-24:]):
        return "level"
    if has_baseline:
        return "share"
    growth = list(_GROWTH.finditer(before[-16:]))
    if growth:
        tail = before[-16:][growth[-1].end() :]
        word = growth[-1][0]
        if (
            tail.startswith(("到", "至"))
            and word not in {"降幅", "增速", "增幅", "涨幅"}
            and not _RATE_OF_GROWTH.search(before)
        ):
            return "share"
        if word in {"提高", "提升", "增加", "降低", "扩大"} and _SHARE_END.search(before[: -len(tail) or None][-6:]):
            return "increase"
        if not _SHARE_BEHIND.search(tail):
            return "growth"
    if _GROWTH_AFTER.match(after):
        return "growth"
    if _GROWTH_NAME.search(before) and not _SHARE_NAME.search(before[-8:]):
        return "growth"
    return "share"


def is_fall(before: str, number: Number) -> bool:
    """Return whether a growth rate is negative: 下降3%."""
    if number.unit not in {"%", "‰"}:
        return False
    falls = list(_FALL.finditer(before[-14:]))
    return bool(falls) and not _RISE_BEHIND.search(before[-14:], falls[-1].end())


_ZERO_UNITS = (
    (re.compile("事故|案件"), "起"),
    (re.compile("天气|污染天|天数"), "天"),
    (re.compile("家庭|危房|户"), "户"),
    (re.compile("贫困人口|人员|学生"), "人"),
    (re.compile("企业"), "家"),
)


def zero_unit(before: str) -> str:
    """Return the unit of what is to become zero."""
    return next((unit for pattern, unit in _ZERO_UNITS if pattern.search(before)), "个")
