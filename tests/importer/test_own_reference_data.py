"""A record has places, metrics and units of its own, in files beside its pages."""

from fractions import Fraction
from pathlib import Path

import pytest

from pledges.importer.file_problems import LoadError
from pledges.importer.loader import load
from pledges.models import Amendment, District, Metric, Pledge, Unit
from tests.factories import make_follow_up, make_unit
from tests.importer.pages import lines
from tests.violations import assert_violates

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places_metrics_and_units")]

PLACES = """\
- slug: lake-county
  name: 湖县
  kind: county
  parent: Lakeland
- slug: lakeland
  name: 湖州
  name_en: Lakeland
  kind: prefecture_level_city
  aliases: [湖城, Lakeland]
"""
UNITS = """\
- symbol: 蒲式耳
  name_en: bushel
  dimension: money
  factor: 2000/3
"""


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def problems(folder: Path) -> list[str]:
    with pytest.raises(LoadError) as error:
        load([folder])
    return [str(problem).removeprefix(f"{folder}/") for problem in error.value.problems.kept]


def test_rows_are_added_before_the_pledges_that_name_them(tmp_path: Path) -> None:
    write(tmp_path, places=PLACES, units=UNITS)
    lines(tmp_path, {"ref": "a", "district": "湖县", "unit": "蒲式耳"})
    report = load([tmp_path])
    assert (report.reference.added, report.created) == (3, 1)
    pledge = Pledge.objects.get()
    assert pledge.district.parent == District.objects.get(slug="lakeland")
    assert (pledge.unit.numerator, pledge.unit.denominator) == (2000, 3)
    again = load([tmp_path])
    assert (again.reference.added, again.reference.updated, again.unchanged) == (0, 0, 1)


def test_csv_file_has_rows_too(tmp_path: Path) -> None:
    (tmp_path / "places.csv").write_text(
        "slug,name,name_en,kind,code,parent,aliases\n"
        "lakeland,湖州,Lakeland,county_level_city,990200,,湖城|湖市\nlake-county,湖县,,county,,湖市,\n",
        encoding="utf-8",
    )
    assert load([tmp_path / "places.csv"]).reference.added == 2
    assert District.objects.get(slug="lake-county").parent == District.objects.get(code="990200")


def test_file_with_comments_only_has_no_rows(tmp_path: Path) -> None:
    write(tmp_path, places="# - slug: lakeland\n", page="# document:\n")
    assert load([tmp_path]).pledges == 0


def test_changed_row_is_updated_unless_an_editor_changed_it(tmp_path: Path) -> None:
    load([write(tmp_path, places=PLACES)])
    District.objects.filter(slug="lakeland").update(name="湖州市")
    load([write(tmp_path, places=PLACES)])  # the load writes nothing, and must not take the editor's value for its own
    changed = PLACES.replace("湖州", "湖州府").replace("[湖城, Lakeland]", "[Lakeland]").replace("湖县", "大湖县")
    report = load([write(tmp_path, places=changed)])
    assert [(c.name, c.field, c.edited, c.loaded) for c in report.conflicts] == [
        ("lakeland", "name", "湖州市", "湖州府")
    ]
    assert report.reference.updated == 2
    lakeland = District.objects.get(slug="lakeland")
    assert (lakeland.name, lakeland.aliases) == ("湖州市", ["Lakeland"])
    assert District.objects.get(slug="lake-county").name == "大湖县"
    load([tmp_path], force=True)
    assert District.objects.get(slug="lakeland").name == "湖州府"


def test_changed_name_of_a_judged_place_is_proposed(tmp_path: Path) -> None:
    write(tmp_path, places=PLACES)
    lines(tmp_path, {"ref": "a", "district": "湖县", "post_district": "湖县"})
    load([tmp_path])
    make_follow_up(Pledge.objects.get())
    write(tmp_path, places=PLACES.replace("name: 湖县", "name: 大湖县\n  aliases: [湖县]"))
    states = [[proposal.state for proposal in load([tmp_path]).proposals] for _ in range(2)]
    assert states == [["new"], ["proposed"]]
    county = District.objects.get(slug="lake-county")
    assert (county.name, county.aliases) == ("湖县", ["湖县"])
    (change,) = Amendment.objects.get().changes
    assert (change["before"], change["after"]) == ({"name": "湖县"}, {"name": "大湖县"})


def test_other_name_of_a_metric_means_one_metric(tmp_path: Path) -> None:
    own = "- {slug: own, name: 造船数, topic: economy, dimension: money, aliases: [造船数, 船数, 船数, 总船数]}\n"
    lines(tmp_path, {"ref": "a", "metric": "船数"})
    load([write(tmp_path, metrics=own)])
    assert Metric.objects.get(slug="own").aliases == ["船数", "总船数"]
    usual = own.replace("}", ", usual_unit: 蒲式耳, usual_measure: total}")
    load([write(tmp_path, units=UNITS, metrics=usual)])
    metric = Metric.objects.get(slug="own")
    assert (metric.usual_unit_id, metric.usual_measure) == ("蒲式耳", "total")
    write(tmp_path, metrics=usual.replace("total", "growth"))
    assert problems(tmp_path) == [
        "metrics.yaml:1: own: usual_measure: found “growth”, growth rates and shares are in %, not in “蒲式耳”"
    ]
    write(tmp_path, metrics=own)
    assert Pledge.objects.get(ref="a").metric.slug == "own"
    write(tmp_path, metrics=own + own.replace("own", "b").replace("造船数", "建船数").replace("[", "[年船数, "))
    assert problems(tmp_path) == [
        "metrics.yaml:2: b: name: found “总船数”, which is the name of “own”; use that metric, and leave this row out",
        "metrics.yaml:2: b: name: found “船数”, which is the name of “own”; use that metric, and leave this row out",
    ]


def test_symbol_that_is_written_otherwise_or_has_known_parts_is_a_unit(tmp_path: Path) -> None:
    write(tmp_path, units="- {symbol: 台（套）, dimension: money}\n")
    lines(
        tmp_path,
        {"ref": "a", "unit": "台(套)"},
        {"ref": "b", "unit": "百万台(套)/亿元"},
        {"ref": "c", "unit": "亿元／台（套）"},
    )
    load([tmp_path], check=True)
    assert not Unit.objects.filter(symbol__contains="/").exists()
    load([tmp_path])
    assert load([tmp_path]).unchanged == 3
    assert dict(Pledge.objects.values_list("ref", "unit")) == {
        "a": "台（套）",
        "b": "百万台(套)/亿元",
        "c": "亿元／台（套）",
    }
    derived = Unit.objects.select_related("dimension").get(symbol="百万台(套)/亿元")
    assert (derived.exact_factor, derived.dimension.slug) == (Fraction(1, 100), "money-per-money")
    write(tmp_path, units="- {symbol: 台(套), dimension: money}\n")
    (problem,) = problems(tmp_path)
    assert problem.startswith(
        "units.yaml:1: 台(套): symbol: found “台(套)”, which is the symbol of “台（套）”; use that unit"
    )
    with assert_violates("unit_symbol_is_new"):
        make_unit("台 (套)")


def test_all_problems_are_reported_at_once(tmp_path: Path) -> None:
    write(
        tmp_path,
        places=(
            "- slug: lake land\n  name: 湖州\n  kind: village\n  colour: blue\n"
            "- slug: lake-county\n  name: 湖县\n  kind: county\n  parent: Lakeside\n"
            "- slug: lake-county\n  name: 湖乡\n  kind: county\n"
            "- slug: other\n  name: 云岭市\n  kind: prefecture_level_city\n"
            "- slug: a\n  name: 甲\n  kind: county\n  parent: b\n- slug: b\n  name: 乙\n  kind: county\n  parent: a\n"
        ),
        units="- symbol: 蒲式耳\n  dimension: mony\n  factor: 0\n",
        metrics="metric: 1\n",
    )
    lines(tmp_path, {"ref": "p", "unit": "蒲式耳", "district": "湖县", "metric": "年度投资"}, name="pledges.jsonl")
    found = problems(tmp_path)
    expected = [
        "metrics.yaml:1: found a mapping, expected a list of rows",
        "places.yaml:1: lake land: slug: found “lake land”, a space is not allowed",
        "places.yaml:3: lake land: kind: found “village”, expected",
        "places.yaml:4: lake land: colour: unknown field",
        "places.yaml:8: lake-county: parent: found “Lakeside”, expected a known place",
        "places.yaml:9: lake-county: slug: “lake-county” is there already",
        "places.yaml:13: other: name: found “云岭市”, which is the name of “yunling”; use that place",
        "places.yaml:15: a: parent: a place can't be within itself",
        "pledges.jsonl:1: p: metric: found “年度投资”, expected a known metric; did you mean “年度投资额”?",
        "units.yaml:2: 蒲式耳: dimension: found “mony”, expected a known dimension; did you mean “money”?",
        "units.yaml:3: 蒲式耳: factor: found “0”, expected how many base units",
    ]
    assert len(found) == len(expected), "\n".join(found)
    for message, start in zip(sorted(found), sorted(expected), strict=True):
        assert message.startswith(start)
    assert not District.objects.filter(slug="lake-county").exists()
