"""A criterion names the measure once, also if the label names it."""

import pytest

from pledges.domain.assessment import Target
from pledges.domain.wording import criterion_in_words

from .targets import make_target
from .test_wording import terms


@pytest.mark.parametrize(
    ("label", "target", "unit", "condition"),
    [
        ("地区生产总值增速", make_target("6", measure="growth"), "%", "地区生产总值增长 6% 或更多"),
        ("单位生产总值能耗降幅", make_target("-3", "at_most", "growth"), "%", "单位生产总值能耗下降 3% 或更多"),
        ("增速", make_target("6", measure="growth"), "%", "增速增长 6% 或更多"),
        ("工业增加值", make_target("6", measure="growth"), "%", "工业增加值增长 6% 或更多"),
        ("产业项目占比", make_target("50", measure="share"), "%", "产业项目占比达到或超过 50%"),
        ("产业项目占全部项目的比重", make_target("50", "at_most", "share"), "%", "产业项目占全部项目的比重不超过 50%"),
        ("新增就业人数", make_target("500", measure="increase"), "个", "新增就业人数达到或超过 500 个"),
        ("城镇新增就业人数", make_target("500", measure="increase"), "个", "城镇新增就业人数达到或超过 500 个"),
        ("新增债务", make_target("-5", measure="increase"), "亿元", "新增债务减少 5 亿元或更多"),
        ("新增债务", make_target("5", measure="growth"), "%", "新增债务增长 5% 或更多"),
        ("新增产能利用率", make_target("5", measure="increase"), "个百分点", "新增产能利用率增加 5 个百分点或更多"),
        ("净增人口比重", make_target("5", measure="increase"), "家", "净增人口比重增加 5 家或更多"),
        ("逐年增长投资额", make_target("5", measure="increase"), "亿元", "逐年增长投资额增加 5 亿元或更多"),
        ("存款增加额", make_target("5", measure="increase"), "亿元", "存款增加 5 亿元或更多"),
        ("能耗降幅", make_target("3", measure="growth"), "%", "能耗降幅达到或超过 3%"),
        ("压减产能", make_target("60", measure="increase"), "家", "压减产能达到或超过 60 家"),
        ("GDP年均增速", make_target("5", measure="average_growth"), "%", "GDP年均增长 5% 或更多"),
        ("研发经费年均增长", make_target("7", measure="average_growth"), "%", "研发经费年均增长 7% 或更多"),
        ("能耗年均下降率", make_target("-3", "at_most", "average_growth"), "%", "能耗年均下降 3% 或更多"),
        ("进出口增速", make_target("0", "more_than", "growth"), "%", "进出口实现正增长"),
        ("能耗降幅", make_target("0", "more_than", "growth"), "%", "能耗降幅高于 0%"),
        ("贫困人口减少数", make_target("-60", measure="increase"), "家", "贫困人口减少 60 家或更多"),
    ],
)
def test_chinese_criterion_names_measure_once(label: str, target: Target, unit: str, condition: str) -> None:
    text = criterion_in_words(target, terms(unit), label=label, language="zh-hans")
    assert text == f"不晚于 2025-12-31，{condition}，即为兑现。"


def test_increase_of_newly_added_things_over_a_baseline_keeps_its_verb() -> None:
    target = make_target("500", measure="increase", baseline="60000")
    text = criterion_in_words(target, terms("个"), label="新增就业人数", language="zh-hans")
    assert text == "不晚于 2025-12-31，在 60,000 个的基础上，新增就业人数增加 500 个或更多，即为兑现。"


@pytest.mark.parametrize(
    ("label", "target", "unit", "condition"),
    [
        ("GDP growth", make_target("6", measure="growth"), "%", "“GDP” shows growth of 6% or more"),
        ("GDP growth", make_target("-3", "at_most", "growth"), "%", "“GDP” shows a decline of 3% or more"),
        (
            "Reduction in energy use",
            make_target("-3", "at_most", "growth"),
            "%",
            "“Energy use” shows a decline of 3% or more",
        ),
        (
            "Reduction in energy use",
            make_target("3", measure="growth"),
            "%",
            "“Reduction in energy use” reaches 3% or more",
        ),
        (
            "Increase in schools",
            make_target("8", measure="increase"),
            "所",
            "“Schools” shows an increase of 8 schools or more",
        ),
        (
            "Newly created jobs",
            make_target("500", measure="increase"),
            "个",
            "“Newly created jobs” reaches 500 or more",
        ),
        (
            "New energy",
            make_target("5", measure="increase"),
            "亿元",
            "“New energy” shows an increase of 500 million yuan or more",
        ),
        ("Growth", make_target("6", measure="growth"), "%", "“Growth” shows growth of 6% or more"),
        ("Growth stocks", make_target("6"), "个", "“Growth stocks” reaches 6 or more"),
        ("Share of forest", make_target("50", measure="share"), "%", "“Share of forest” reaches 50% or more"),
        ("新增就业人数", make_target("500", measure="increase"), "个", "“新增就业人数” reaches 500 or more"),
    ],
)
def test_english_criterion_names_measure_once(label: str, target: Target, unit: str, condition: str) -> None:
    text = criterion_in_words(target, terms(unit), label=label, language="en")
    assert text == f"Met if {condition} by 2025-12-31."
