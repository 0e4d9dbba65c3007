"""What a figure measures, as worded, and the canonical metrics that fit."""

import re
from collections import Counter
from itertools import chain

from pledges.extraction.lexicon import Lexicon, bigrams
from pledges.extraction.numbers import Number

MIN_SCORE = 0.45
MAX_SUBJECT = 200
_LEADING = re.compile(
    r"^(?:[\s“”、和及]|(?:十)?[一二三四五六七八九十]+(?:是|要)|其中|同时|并|且|还|使|到?20\d\d年底?|今年|全年|年内|年底前?|\d{1,2}月底?前?|力争|争取|努力|确保|必须|务必|将|要|计划|拟|谋划|预计|有望|有信心|实现|完成|"
    r"推动|继续|持续|全力|加快|进一步|再|保持|保证|着力|大力|重点|统筹|全面|深入|稳步|扎实|积极|高标准|高质量|我[省市县区镇乡]|在)+"
)
_TRAILING = re.compile(
    r"(?:达到|达|分别|增长|提高|提升|增加|下降|降低|控制|稳定|保持|巩固|突破|超过|超|不低于|不少于|不超过|至少|约|近|到|至|在|为|力争|预计|完成|实现|从|由|现在的|的|年均|比上年|同比|较|[，、])+$"
)
_CUT = re.compile("[从由](?=[\\d一二两三四五六七八九十百千万亿])|(?:[，：、]|和|及)(?=[^，：、]*$)")
_VERBS = re.compile(
    "(?:实施|建设|新建|改造|打造|培育|开展|推动|推进|建成|形成|抓好|新增|改建|续建|引进|创建|谋划|安排|支持|组织|对|为|区级|市级|县级|净增|分别|带动|解决)+"
)
_AFTER = re.compile(r"(?:以上|左右|以内|的|余|级)*(?P<noun>[^，。；：、\d（]{2,24})")
_QUOTED_REST = re.compile("[“”‘’].*")
_QUOTATION_MARKS = re.compile("[“”‘’]")
_CHANGE = re.compile("[从由][^从由]*(?:增加|提高|提升|扩大|发展|增长|突破|降|压减|缩短|增|下降|降低)(?:到|至)$")
_GROWTH_AFTER = re.compile("[,，]?(?:增长|提高|同比)")


def label_of(text: str, clause: int, number: Number, end: int) -> str:
    """Return the words for what is measured, without the figure."""
    if number.magnitude_class and (after := _AFTER.match(text, number.end, end)):
        return _QUOTED_REST.sub("", after["noun"]) + "规模"
    before = text[max(clause, number.start - MAX_SUBJECT) : number.start]
    if before.endswith(("到", "至")):
        before = _CHANGE.sub("", before)
    before = _QUOTATION_MARKS.sub("", _TRAILING.sub("", before))
    label = _LEADING.sub("", before)
    if len(label) >= 2 and not _VERBS.fullmatch(label):
        return label[-30:]
    after = _AFTER.match(text, number.end, end)
    if after and not _GROWTH_AFTER.match(after["noun"]):
        return (label + after["noun"])[:30]
    return label if len(label) > 1 and not _VERBS.fullmatch(label) else ""


def metrics_of(label: str, dimension: str, lexicon: Lexicon, limit: int = 3) -> list[str]:
    """Return the slugs of the metrics whose names share most with a label, the best first."""
    if not label:
        return []
    exact = lexicon.metric_names.get(label)
    if exact:
        return [metric.slug for metric in exact[:limit]]
    pairs = bigrams(label)
    common = Counter(chain.from_iterable(lexicon.metric_index.get(pair, ()) for pair in pairs))
    scores: dict[str, float] = {}
    for index, count in common.items():
        name, size, metrics = lexicon.metric_entries[index]
        if count < 2 and size > 2:
            continue
        score = 2 * count / (len(pairs) + size) + (0.3 if name in label else 0)
        for metric in metrics:
            bonus = 0.15 if dimension and metric.dimension == dimension else 0
            scores[metric.slug] = max(scores.get(metric.slug, 0), score + bonus)
    best = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    return [slug for slug, score in best[:limit] if score >= MIN_SCORE]
