"""Sentences of the genre, all made up, and what is read from them."""

import pytest

from pledges.extraction.candidate import Candidate
from pledges.extraction.reader import Reader

PLAN = "二、2025年工作安排\n"


def read(reader: Reader, text: str, date: str = "2025-01") -> list[Candidate]:
    return [candidate for candidate in reader.read(text, date=date, place="云溪县") if candidate.is_commitment]


def short(candidate: Candidate) -> str:
    upper = "" if candidate.value_max is None else f"-{candidate.value_max}"
    return f"{candidate.value}{upper} {candidate.unit} {candidate.bound} {candidate.measure}"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("新建高标准农田1200亩，改造提升900亩。", ["1200 亩 exact total", "900 亩 exact total"]),
        ("粮食播种面积不低于61.5万亩。", ["61.5 万亩 at_least total"]),
        ("流转土地1800余亩。", ["1800 亩 at_least total"]),
        ("建成两百亿级生物医药产业集群。", ["200 亿元 exact level"]),
        ("地区生产总值增长4.5%—5%。", ["4.5-5 % exact growth"]),
        ("高新技术企业从44家增加至50家。", ["50 家 exact level"]),
        ("建设农村幸福院两所，新增床位30张。", ["2 所 exact total", "30 张 exact increase"]),
        ("农村危房清零。", ["0 户 exact level"]),
        ("专利授权量翻一番。", ["100 % exact growth"]),
        ("规上工业增加值保持两位数增长。", ["10 % at_least growth"]),
        ("经济总量进入全省前13位。", ["13 位 at_most rank"]),
        ("生活污水治理率达四成五以上。", ["45 % at_least share"]),
        ("其中产业项目占三分之一。", ["33.33 % exact share"]),
        ("新增城镇就业十一万人左右。", ["11 万人 about increase"]),
        ("万元GDP能耗下降3%以上。", ["-3 % at_most growth"]),
        ("城镇登记失业率控制在4%以内。", ["4 % at_most level"]),
        ("森林覆盖率提高0.9个百分点。", ["0.9 个百分点 exact increase"]),
        ("培育高新技术企业90家、科技型中小企业100家以上。", ["90 家 at_least total", "100 家 at_least total"]),
        ("工业总产值、固定资产投资增速达到两位数以上。", ["10 % at_least growth"] * 2),
        ("预期目标是：居民收入增长与经济增长同步。", ["0 个百分点 about growth"]),
        ("引进亿元以上项目40个。", ["40 个 exact total"]),
        ("完成投资1万3千元。", ["13000 元 exact total"]),
        ("城区9处积水点全部消除。", ["9 处 exact total"]),
        ("灌溉水利用系数提高到0.55。", ["0.55  exact level"]),
        ("粮食总产四亿两千万斤，招商引资十五个亿。", ["4.2 亿斤 exact total", "15 亿 exact total"]),
    ],
)
def test_figures_of_plan(reader: Reader, sentence: str, expected: list[str]) -> None:
    assert [short(candidate) for candidate in read(reader, PLAN + sentence)] == expected


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("深入实施“六个工程”。", "the name of a programme"),
        ("重点做好8个方面工作。", "the heading of a list"),
        ("创建国家5A级景区。", ""),
        ("去年完成供热管网7条。", "a time in the past"),
        ("2019年以来，我县改造老旧小区40个，惠及居民2万户。", "a time in the past"),
        ("对已脱贫的300户继续帮扶。", "a fact"),
        ("为65岁以上老人建档。", "a duration or age"),
        ("对亩均税收20万元以上的项目优先供地。", "a threshold in a name"),
        ("融入自治区100平方公里示范区规划。", "somebody else's target"),
        ("每万人拥有量不变。", ""),
    ],
)
def test_refusals_of_plan(reader: Reader, sentence: str, reason: str) -> None:
    candidates = reader.read(PLAN + sentence, date="2025-01", place="云溪县")
    assert not any(candidate.is_commitment for candidate in candidates)
    assert not reason or reason in {text for candidate in candidates for text in candidate.reasons}


def test_review_yields_no_commitments(reader: Reader) -> None:
    review = "一、2024年工作回顾\n新建公路130公里，改造老旧小区36个，城镇新增就业8600人，增长5.2%。"
    assert read(reader, review) == []


def test_review_without_heading_and_time_yields_no_commitments(reader: Reader) -> None:
    review = (
        "产业体系加速升级。规上工业增加值增长7.4%，高技术制造业投资增长11.5%，新增专精特新企业120家，"
        "社会消费品零售总额增长4.7%，粮食总产量132.4亿斤，交出一份沉甸甸的答卷。"
    )
    assert read(reader, review) == []


def test_times_of_clause_list_and_section(reader: Reader) -> None:
    text = (
        PLAN
        + "新建公路130公里，改造危桥11座，9月底前全部完工；到2027年森林覆盖率达到60%；种植油菜8000亩，总投资3亿元。"
    )
    deadlines = {str(candidate.value): candidate.deadline for candidate in read(reader, text)}
    assert deadlines == {"130": "2025-09-30", "11": "2025-09-30", "60": "2027-12-31", "8000": "2025-12-31", "3": ""}


def test_year_with_round_zeros(reader: Reader) -> None:
    (candidate,) = read(reader, "二、二○一○年工作安排\n新建公路一百○五公里。", date="2010-01")
    assert (short(candidate), candidate.deadline) == ("105 公里 exact total", "2010-12-31")


def test_no_time_no_deadline(reader: Reader) -> None:
    (candidate,) = read(reader, "云溪县将对42个老旧小区实施改造。")
    assert (candidate.year, candidate.deadline) == (2025, "")


def test_strength_of_lists(reader: Reader) -> None:
    text = PLAN + "力争引进企业3家，新增就业500人；确保投资280亿元，力争300亿元；计划实施项目12个，总投资9亿元。"
    strengths = [candidate.strength for candidate in read(reader, text)]
    assert strengths == ["aspired", "aspired", "firm", "aspired", "planned", "planned"]


def test_expected_targets_and_periods(reader: Reader) -> None:
    text = "“十五五”时期主要预期目标是：地区生产总值年均增长6%左右，城镇化率达到65%。"
    growth, share = read(reader, text, date="2026-02")
    assert (growth.measure, growth.period, growth.deadline) == ("average_growth", "2026/2030", "2030-12-31")
    assert (share.period, share.year, share.strength) == ("", 2030, "expected")


def test_offsets_of_damaged_page(reader: Reader) -> None:
    text = "二、2025年工作安排\n全县将新建 高标准\n农田 1200 亩，\n改造 危桥11座。"
    candidates = read(reader, text)
    assert [text[candidate.at :][:2] for candidate in candidates] == ["12", "11"]
    assert [candidate.quote for candidate in candidates] == ["全县将新建 高标准农田 1200 亩", "改造 危桥11座"]


def test_speakers_and_places_of_interviews(reader: Reader) -> None:
    text = (
        "一把手访谈\n——访云溪县委书记林远山\n●本报记者 周晓\n云溪县委书记林远山说，云溪县将改造老旧小区12个。\n"
        "攻坚克难\n——访市交通运输局局长何安平\n●本报记者 周晓\n何安平表示，今年全市将新建公路80公里。"
    )
    candidates = [one for one in reader.read(text, date="2025", place="青湖市") if one.is_commitment]
    assert [(one.speaker, one.post, one.place) for one in candidates] == [
        ("林远山", "云溪县委书记", "云溪县"),
        ("何安平", "市交通运输局局长", "青湖市"),
    ]


def test_turns_of_dialogue(reader: Reader) -> None:
    text = "市民政局局长许文清：\n记者：有何打算？\n许文清：今年我们计划新建养老院6所。"
    (candidate,) = [one for one in reader.read(text, date="2025", place="青湖市") if one.is_commitment]
    assert (candidate.speaker, candidate.post, candidate.strength) == ("许文清", "市民政局局长", "planned")


def test_traditional_characters_are_read_as_simplified(reader: Reader) -> None:
    (candidate,) = read(reader, "2025年工作計劃\n新建改建農村公路150公里，")
    assert (candidate.unit, candidate.quote) == ("公里", "新建改建農村公路150公里")


@pytest.mark.parametrize(
    "title", ["关于促进增收的若干措施", "养老服务工作方案（试行）", "关于稳定就业的实施意见\n云政发〔2025〕3号"]
)
def test_measures_and_schemes_are_plans(reader: Reader, title: str) -> None:
    text = f"{title}\n扩大投资。产业体系加速升级，新增企业120家，交出一份满意答卷。"
    assert [short(candidate) for candidate in read(reader, text)] == ["120 家 exact increase"]


def test_strength_of_list_of_paragraphs(reader: Reader) -> None:
    text = (
        "云溪县“十四五”规划\n第二节 主要目标\n今后五年，要努力实现以下目标：\n——经济发展。地区生产总值突破180亿元。\n"
        "——民生改善。确保新建学校9所。\n第三节 主要任务\n新建公路120公里。"
    )
    assert [one.strength for one in read(reader, text, date="2021-03")] == ["aspired", "firm", "firm"]


def test_table_of_indicators(reader: Reader) -> None:
    text = """云溪县“十四五”规划纲要
序号 指标 2020年 2025年 年均增速〔累计〕 属性
一、经济发展
1 地区生产总值（亿元） 120 180 8% 预期性
2 常住人口城镇化率（%） 48.5 55 〔6.5〕 预期性
3 单位地区生产总值能耗降低（%） — — 〔13.5〕 约束性
4 城镇登记失业率（%） 3.6 <4 — 预期性
第三章 重点任务
"""
    found = read(reader, text, date="2021-03")
    assert [(short(one), one.baseline and str(one.baseline), one.strength) for one in found] == [
        ("180 亿元 exact total", "120", "expected"),
        ("8 % exact average_growth", None, "expected"),
        ("55 % exact share", "48.5", "expected"),
        ("-13.5 % exact growth", None, "firm"),
        ("4 % at_most level", "3.6", "expected"),
    ]
    assert [one.period for one in found] == ["", "2021/2025", "", "2021/2025", ""]
    assert found[0].quote == "地区生产总值（亿元） 120 180"


def test_time_limits_of_rows_of_table(reader: Reader) -> None:
    text = (
        "云溪县2025年民生实事任务分解表\n序号　项目名称　年度目标任务　牵头单位　完成时限\n"
        "1　关爱老人　新增养老床位300张，改造幸福院12所　县民政局　10月底\n"
        "2　便利停车　新增停车泊位800个，其中老城区300个以上　县城管局　12月底\n"
    )
    found = [(str(one.value), one.deadline, text[one.at :][: len(str(one.value))]) for one in read(reader, text)]
    assert found == [
        ("300", "2025-10-31", "300"),
        ("12", "2025-10-31", "12"),
        ("800", "2025-12-31", "800"),
        ("300", "2025-12-31", "300"),
    ]


def test_year_of_plan_in_summary_of_december(reader: Reader) -> None:
    text = "县水务局2024年工作总结\n一、2024年工作完成情况\n建成水库1座。\n二、2025年工作打算\n年内新建堤防8公里。"
    (candidate,) = read(reader, text, date="2024-12-05")
    assert (candidate.year, candidate.deadline) == (2025, "2025-12-31")


def test_time_limit_below_list(reader: Reader) -> None:
    text = "2025年重点任务清单\n新建停车位500个。\n责任单位：县住建局\n完成时限：2025年6月底前"
    (candidate,) = read(reader, text)
    assert candidate.deadline == "2025-06-30"


@pytest.mark.parametrize(
    "text", ["", "\n \n", "。。。", "1" * 3000, "一" * 3000, "“" * 500 + "9亿元" + "”" * 500, "\ud800 5亿元"]
)
def test_odd_texts_are_read(reader: Reader, text: str) -> None:
    assert isinstance(reader.read(text), list)
