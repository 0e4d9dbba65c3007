"""Who speaks in each part of a text, and which place is bound."""

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass

from pledges.extraction.page import Page

_HAN = "\u4e00-\u9fff"
_POST_END = "书记|主任|局长|区长|县长|旗长|市长|镇长|乡长|厅长|部长|行长|经理|董事长|院长|会长|校长|省长|主席|台长|秘书长|专员|盟长|州长|队长|社长|总工程师|负责人"
_INTERVIEW = re.compile(
    rf"(?:专?访|对话|走近|记)(?P<post>[{_HAN}、（）]{{2,40}}?(?:{_POST_END}))(?P<name>[{_HAN}·]{{2,4}})$"
)
_SPEECH = "说|表示|介绍|认为|指出|强调|告诉|在接受|就如何|谈|坦言|称|透露|结合"
_IN_TEXT = re.compile(rf"(?:{_POST_END})(?P<name>[{_HAN}·]{{2,3}})(?={_SPEECH}|就|围绕)")
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章云苏潘葛奚范彭郎鲁韦马苗方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝安常乐于时傅皮卞齐康伍余元卜顾孟平黄穆萧尹姚邵汪毛狄米明戴宋庞熊纪舒屈项祝董梁杜阮蓝闵席季贾路江童颜郭梅林钟徐邱骆高夏蔡田樊胡凌霍万柯管卢莫房丁邓单洪包左石崔吉龚程邢裴陆荣翁曲侯宁栾甘武刘景詹龙叶黎乔温庄晏瞿阎文寇聂辛简饶曾关查游白佟谭耿"
_INTRODUCED = re.compile(rf"(?:{_POST_END})(?P<name>[{_SURNAMES}][{_HAN}]{{1,2}})")
_POST_BEFORE = re.compile(f"[{_HAN}、]{{1,30}}$")
_NO_POST = re.compile("日前|近日|时，|上，|。|”|“|，")
_TURN = re.compile(rf"^(?:【[^】]*】)?(?P<post>[{_HAN}、（）]{{2,30}}(?:{_POST_END}))?(?P<name>[{_HAN}·]{{2,4}})：")
_BARE_TURN = re.compile(rf"^(?P<name>[{_HAN}·]{{2,4}})：", re.MULTILINE)
_STAGE = re.compile(r"^【(?P<what>[^】]{2,6})】")
_REPORTER = re.compile("记者|主持人|问")
_BYLINE = re.compile(r"●本报|本报(?:实习|首席)?记者|——.?访|^#")
_PLACE_IN_POST = re.compile(
    rf"^(?P<place>[{_HAN}]{{1,14}}?(?:新区|开发区|高新区|自治区|区|县|旗|市|镇|乡|省|州))(?=委|党|管|人民|政府|常|副|区|县|旗|市|镇|乡|省|州|代|纪|人大|政协|[{_HAN}]{{0,12}}(?:局|委|办|厅|部|中心))"
)
_ISSUER = re.compile(
    rf"^(?P<body>[{_HAN}]{{2,20}}?(?:部(?=[{_HAN}\t ]*关于)|人民政府(?:办公[室厅])?|委员会|发展和改革(?:委员会|局)|财政局))(?:关于|$)"
)
_PLACE_IN_TITLE = re.compile(
    rf"(?:^|——|在|[》）\d日])(?P<place>[{_HAN}]{{2,7}}?(?:省|自治区|市|县|区|旗|镇|乡))(?=[\d第人政委]|国民|推动|\d)"
)


_WHOLE_CITY = re.compile(
    "全市(?!两会|经济工作|上下|各|平均|工作|目标|大局|工业(?:经济)?发展|的?(?:安排|部署|重点|要求)|深入|推进|推动|发展|“|‘|“六|重点)"
)


@dataclass(frozen=True, slots=True)
class Speaker:
    name: str
    post: str = ""


class Speakers:
    """The speakers of a page. Persons are known from headlines (访…), attributions (…说), and turns of a dialogue."""

    def __init__(self, page: Page, place: str, aliases: Mapping[str, str]) -> None:
        self.place = place or _place_of(page)
        self.is_interview = False
        self._aliases = aliases
        self.body = _body(page, self.place)
        self._anonymous = Speaker(self.body)
        self._places: dict[str, str] = {}
        self._persons: dict[str, Speaker] = {}
        self._turns: list[tuple[int, Speaker | None]] = []
        self._blocks: list[int] = [0]
        self._read(page)
        self._mentions = self._find_mentions(page.text)
        self._mention_starts = [start for start, _person in self._mentions]
        self._turn_starts = [start for start, _person in self._turns]

    def _read(self, page: Page) -> None:
        turns: list[tuple[int, re.Match[str]]] = []
        for paragraph in page.paragraphs:
            length = paragraph.end - paragraph.start
            line = page.text[paragraph.start : min(paragraph.end, paragraph.start + 60)]
            if length <= 60 and (match := _INTERVIEW.search(line)):
                self._persons.setdefault(match["name"], Speaker(match["name"], match["post"]))
                self.is_interview = True
            if (length <= 60 and _BYLINE.search(line)) or (
                length <= 50 and "。" not in line and "，" not in line and "：" not in line
            ):
                self._blocks.append(paragraph.end)
            if match := _TURN.match(line):
                turns.append((paragraph.start, match))
            elif match := _STAGE.match(line):
                self._turns.append((paragraph.start, None))
        bare = {match["name"] for match in _BARE_TURN.finditer(page.text)} - set(self._persons)
        if bare:
            names = "|".join(sorted(map(re.escape, bare)))
            for match in re.finditer(f"(?:{_POST_END})[：:]?(?P<name>{names})", page.text):
                self._persons.setdefault(match["name"], Speaker(match["name"], _post_before(page.text, match)))
        for match in _IN_TEXT.finditer(page.text):
            self._persons.setdefault(match["name"], Speaker(match["name"], _post_before(page.text, match)))
        self._find_quoted(page.text)
        known_turns = [
            (start, self._turn(match))
            for start, match in turns
            if match["post"] or match["name"] in self._persons or _REPORTER.search(match["name"])
        ]
        if any(speaker for _start, speaker in known_turns):
            self._turns = sorted(self._turns + known_turns, key=lambda turn: turn[0])
        else:
            self._turns = []
        self.is_interview = self.is_interview or (
            bool(self._turns) and not any(not speaker for _start, speaker in self._turns[:1])
        )

    def _find_quoted(self, text: str) -> None:
        """Find persons who are introduced with their post and quoted elsewhere: 区长何安平…… 何安平说."""
        introduced: dict[str, str] = {}
        for match in _INTRODUCED.finditer(text):
            for name in (match["name"][:2], match["name"]):
                if name not in self._persons:
                    introduced.setdefault(name, _post_before(text, match))
        if introduced:
            names = "|".join(sorted(introduced, key=len, reverse=True))
            for match in re.finditer(f"({names})[^，。：“”]{{0,6}}(?:{_SPEECH}|坦言)", text):
                self._persons.setdefault(match[1], Speaker(match[1], introduced[match[1]]))

    def _turn(self, match: re.Match[str]) -> Speaker | None:
        name = match["name"]
        if _REPORTER.search(name) or _REPORTER.search(match["post"] or ""):
            return None
        if match["post"]:
            self._persons[name] = Speaker(name, match["post"])
        return self._persons.get(name)

    def _find_mentions(self, text: str) -> list[tuple[int, Speaker]]:
        if not self._persons:
            return []
        names = re.compile(
            f"({'|'.join(map(re.escape, self._persons))})(?=[^。]{{0,6}}(?:{_SPEECH})|$|\\n)", re.MULTILINE
        )
        return [(match.start(), self._persons[match[1]]) for match in names.finditer(text)]

    @property
    def has_persons(self) -> bool:
        return bool(self._mentions or self._turns)

    def is_turn(self, offset: int) -> bool:
        return offset in self._turn_starts

    def at(self, offset: int) -> Speaker:
        """Return who speaks at an offset of the folded text; the body whose document it is if nobody does."""
        if self._turns:
            index = bisect_right(self._turn_starts, offset) - 1
            return (self._turns[index][1] if index >= 0 else None) or self._anonymous
        if not self._mentions:
            return self._anonymous
        block = bisect_right(self._blocks, offset)
        first = self._blocks[block - 1]
        last = self._blocks[block] if block < len(self._blocks) else 1 << 60
        index = bisect_right(self._mention_starts, offset) - 1
        if index >= 0 and self._mention_starts[index] >= first:
            return self._mentions[index][1]
        if index + 1 < len(self._mentions) and self._mention_starts[index + 1] < last:
            return self._mentions[index + 1][1]
        return self._mentions[max(index, 0)][1]

    def _place_of(self, post: str) -> str:
        if post not in self._places:
            self._places[post] = place_of_post(post, self.place)
        return self._places[post]

    def place_at(self, text: str, sentence: int, clause: int, number: int, speaker: Speaker) -> str:
        """Return the place that a figure binds: the speaker's, or the whole city's where the clause says so."""
        own = self._place_of(speaker.post)
        short = self.place.removesuffix("市")
        if own != self.place and (
            _WHOLE_CITY.search(text, sentence, number)
            or (
                len(short) > 1
                and re.search(
                    f"{short}市?(?:进入|的?(?:地区|经济|排名))|推动首府", text[max(sentence, clause - 24) : number]
                )
            )
        ):
            return self.place
        return self.place if own == self.place else self._aliases.get(own, own)


def _post_before(text: str, match: re.Match[str]) -> str:
    """Return the post that ends where a name begins."""
    end = match.start("name")
    found = _POST_BEFORE.search(text[max(0, end - 30) : end])
    return _NO_POST.split(found[0])[-1] if found else ""


def place_of_post(post: str, place: str) -> str:
    """Return the place of a post: 新城区 for 新城区委书记. Departments of a city (市…) speak for the city."""
    for part in reversed(post.split("、")):
        if part.startswith(("市", "省", "县", "自治区")) and not part.startswith(("市辖",)):
            if part.startswith(place[-1:] or "市"):
                return place
            continue
        if match := _PLACE_IN_POST.match(part):
            found = match["place"]
            if found.endswith(place[-1:]) and place and found.endswith(place):
                return place
            return found
    return place


def _place_of(page: Page) -> str:
    for paragraph in page.paragraphs[:8]:
        line = page.text[paragraph.start : min(paragraph.end, paragraph.start + 60)]
        if match := _PLACE_IN_TITLE.search(line):
            return match["place"]
    cities = re.findall(rf"[{_HAN}]{{2,4}}市(?!场|民|区|政|委)", page.text[:6000])
    counted = {city: cities.count(city) for city in cities}
    return max(counted, key=counted.__getitem__) if counted and max(counted.values()) > 2 else ""


def _body(page: Page, place: str) -> str:
    for paragraph in page.paragraphs[:6]:
        line = page.text[paragraph.start : min(paragraph.end, paragraph.start + 60)]
        if match := _ISSUER.match(line):
            return match["body"]
    if place == "全国":
        return ""
    if place.endswith(("镇", "乡", "街道")):
        return f"{place}人民政府"
    suffix = "自治区" if place.endswith("自治区") else place[-1:]
    return f"{suffix}人民政府" if suffix else ""
