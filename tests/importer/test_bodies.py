"""Which bodies the organisations in the files mean."""

from pathlib import Path

import pytest

from pledges.exports import flat_pledges
from pledges.importer.file_problems import LoadError
from pledges.importer.loader import load
from pledges.models import Body, Pledge, Post
from tests.factories import make_body, make_district, merge_rows
from tests.importer.pages import lines

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places_metrics_and_units")]

FIRST = {"ref": "a", "document": "page-a", "official": "甲", "post": "局长", "post_district": "云岭市"}
FIRST |= {"organisation": "财政局"}
SECOND = FIRST | {"ref": "b", "document": "page-b", "official": "乙", "post_district": "山阴县"}


def body_of(ref: str) -> str | None:
    return Pledge.objects.filter(ref=ref).values_list("statement__post__body__slug", flat=True).get()


def test_organisation_becomes_a_body_of_its_district(tmp_path: Path) -> None:
    third = FIRST | {"ref": "c", "document": "page-c", "official": "丙", "organisation": "云岭市人民政府"}
    plain = FIRST | {"ref": "d", "document": "page-d", "official": "丁", "organisation": ""}
    files = [lines(tmp_path, FIRST, SECOND, third, plain)]
    load(files)
    assert list(Body.objects.order_by("pk").values_list("slug", "district__slug", "kind")) == [
        ("财政局", "yunling", "department"),
        ("财政局-shanyin", "shanyin", "department"),
        ("云岭市人民政府", "yunling", "government"),
    ]
    assert [body_of(ref) for ref in "abcd"] == ["财政局", "财政局-shanyin", "云岭市人民政府", None]
    assert load(files).unchanged == 4


def test_export_of_bodies_loads_again_unchanged(tmp_path: Path) -> None:
    load([lines(tmp_path, FIRST, SECOND)])
    elsewhere = make_body("住建局", district=make_district("elsewhere", name="外地"))
    Post.objects.filter(body__slug="财政局").update(body=elsewhere)
    exported = tmp_path / "export.jsonl"
    with exported.open("w", encoding="utf-8") as file:
        flat_pledges.write(file, "jsonl")
    report = load([exported])
    assert (report.unchanged, report.conflicts, Body.objects.count()) == (2, [], 3)
    assert body_of("a") == elsewhere.slug


def test_former_name_and_merged_body_are_found(tmp_path: Path) -> None:
    files = [lines(tmp_path, FIRST, SECOND | {"post_district": "云岭市", "organisation": "财务局"})]
    load(files)
    merge_rows(Body.objects.get(slug="财务局"), Body.objects.get(slug="财政局"))
    assert load(files).unchanged == 2
    more = FIRST | {"ref": "c", "document": "page-c", "organisation_slug": "财务局"}
    load([lines(tmp_path, more, name="more.jsonl")])
    assert [body_of(ref) for ref in "abc"] == ["财政局"] * 3
    load([lines(tmp_path, FIRST | {"ref": "d", "document": "page-d"}, name="d.jsonl")])
    assert Body.objects.count() == 1


def test_renamed_body_is_found_by_its_former_name(tmp_path: Path) -> None:
    files = [lines(tmp_path, FIRST)]
    load(files)
    Body.objects.update(name="云岭市财政局")
    assert (load(files).unchanged, Body.objects.count()) == (1, 1)


def test_other_slug_for_a_body_of_the_record_is_an_error(tmp_path: Path) -> None:
    load([lines(tmp_path, FIRST)])
    with pytest.raises(LoadError) as error:
        load([lines(tmp_path, FIRST | {"organisation_slug": "财政局-2"})])
    (problem,) = error.value.problems.kept
    assert problem.field == "organisation_slug"
    assert problem.message == "found “财政局-2”, but “财政局” in this district is “财政局”"
