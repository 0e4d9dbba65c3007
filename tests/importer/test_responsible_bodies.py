"""Which bodies the names of responsible bodies in the files mean."""

from pathlib import Path
from typing import Any

import pytest

from pledges.exports import flat_pledges
from pledges.importer.file_problems import LoadError
from pledges.importer.loader import load
from pledges.models import Body, District, Pledge
from tests.factories import make_body, make_district, merge_rows
from tests.importer.pages import lines

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places_metrics_and_units")]

COUNTY = {"ref": "a", "document": "page-a", "official": "甲", "post": "县长", "district": "山阴县"}


def bodies_of(ref: str) -> list[str]:
    return Pledge.objects.values_list("responsible_bodies", flat=True).get(ref=ref)


def test_name_means_body_of_district_or_above_and_slug_means_any(tmp_path: Path) -> None:
    city, county = District.objects.get(name="云岭市"), District.objects.get(name="山阴县")
    elsewhere = make_district("elsewhere", name="外地")
    make_body("财政局", district=elsewhere)
    make_body("市住建局", district=city)
    make_body("财政局", slug="财政局-城", district=city)
    make_body("水利局", slug="水利局-县", district=county)
    make_body("城管局", slug="城管局-县", district=county, name_en="Urban Management")
    entries: list[dict[str, Any]] = [
        COUNTY | {"responsible_bodies": ["财政局", " 市住建局", "县医保局", "财政局"]},
        COUNTY | {"ref": "b", "document": "page-b", "district": "云岭市", "responsible_bodies": "水利局"},
        COUNTY | {"ref": "c", "document": "page-c", "responsible_bodies": ["城管局-县", "云岭市人民政府"]},
        COUNTY | {"ref": "d", "document": "page-d"},
    ]
    files = [lines(tmp_path, *entries)]
    load(files)
    assert [bodies_of(ref) for ref in "abcd"] == [
        ["县医保局", "市住建局", "财政局-城"],
        ["水利局-县"],
        ["云岭市人民政府", "城管局-县"],
        [],
    ]
    assert list(Body.objects.filter(slug__in=["县医保局", "云岭市人民政府"]).values_list("district", "kind")) == [
        (county.pk, "government"),
        (county.pk, "department"),
    ]
    assert load(files).unchanged == 4

    Pledge.objects.filter(ref="d").update(responsible_bodies=["财政局"])  # of another place, with its name as slug
    exported = tmp_path / "export.jsonl"
    with exported.open("w", encoding="utf-8") as file:
        flat_pledges.write(file, "jsonl")
    report = load([exported])
    assert (report.unchanged, report.conflicts, bodies_of("d")) == (4, [], ["财政局"])

    merge_rows(Body.objects.get(slug="财政局-城"), Body.objects.get(slug="市住建局"))
    assert bodies_of("a") == ["县医保局", "市住建局"]
    assert (load(files).updated, bodies_of("a"), bodies_of("d")) == (1, ["县医保局", "市住建局"], [])
    Pledge.objects.filter(ref="b").update(responsible_bodies=["市住建局"])
    (conflict,) = load(files).conflicts
    assert (conflict.name, conflict.field, bodies_of("b")) == ("b", "responsible_bodies", ["市住建局"])


def test_name_of_several_bodies_below_is_an_error(tmp_path: Path) -> None:
    for slug in ("first", "second"):
        parent = District.objects.get(name="云岭市")
        make_body("财政局", slug=f"财政局-{slug}", district=make_district(slug, name=slug, parent=parent))
    entry = COUNTY | {"district": "云岭市", "responsible_bodies": ["财政局", "", "x" * 101]}
    with pytest.raises(LoadError) as error:
        load([lines(tmp_path, entry)])
    assert {problem.field for problem in error.value.problems.kept} == {"responsible_bodies"}
    with pytest.raises(LoadError) as error:
        load([lines(tmp_path, entry | {"responsible_bodies": ["财政局"]})])
    (problem,) = error.value.problems.kept
    assert problem.message == "“财政局” is ambiguous; expected one of the slugs 财政局-first, 财政局-second"
