"""Loading pledges that supersede other pledges, of the same files in any order or of the record."""

from itertools import permutations
from pathlib import Path

import pytest

from pledges.importer.file_problems import LoadError
from pledges.importer.loader import load
from pledges.models import Pledge
from tests.factories import make_pledge
from tests.importer.pages import PAGE, lines, page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places_metrics_and_units")]

FIRST, SECOND, THIRD = (
    {"ref": "yl-1"},
    {"ref": "yl-2", "supersedes": "yl-1"},
    {"ref": "yl-3", "supersedes": "yl-2"},
)


def links() -> dict[str, str | None]:
    """The superseded references of each pledge, separated by spaces, or None."""
    return {ref: " ".join(earlier) or None for ref, earlier in Pledge.objects.values_list("ref", "supersedes")}


def messages(*paths: Path) -> list[str]:
    with pytest.raises(LoadError) as error:
        load(paths)
    return [str(problem).rpartition("/")[2] for problem in error.value.problems.kept]


@pytest.mark.parametrize("order", list(permutations([FIRST, SECOND, THIRD])))
def test_links_are_resolved_in_any_order_of_lines(tmp_path: Path, order: tuple[dict[str, str], ...]) -> None:
    report = load([lines(tmp_path, *order)])
    assert (report.created, report.updated) == (3, 0)
    assert links() == {"yl-1": None, "yl-2": "yl-1", "yl-3": "yl-2"}


def test_second_load_changes_nothing(tmp_path: Path) -> None:
    path = lines(tmp_path, THIRD, SECOND, FIRST)
    load([path])
    before = list(Pledge.objects.order_by("ref").values())
    assert load([path]).unchanged == 3
    assert list(Pledge.objects.order_by("ref").values()) == before


def test_superseded_pledge_may_be_in_the_record(tmp_path: Path) -> None:
    load([lines(tmp_path, FIRST, name="a.jsonl")])
    load([lines(tmp_path, SECOND, name="b.jsonl")])
    assert links() == {"yl-1": None, "yl-2": "yl-1"}


def test_pledge_of_the_record_may_supersede_a_new_one(tmp_path: Path) -> None:
    load([lines(tmp_path, {"ref": "yl-2", "value": 1})])
    report = load([lines(tmp_path, SECOND, FIRST)])
    assert (report.created, report.updated, report.unchanged) == (1, 1, 0)
    assert links() == {"yl-1": None, "yl-2": "yl-1"}
    assert Pledge.objects.get(ref="yl-2").value == 385


def test_link_can_be_reversed_by_one_load(tmp_path: Path) -> None:
    load([lines(tmp_path, FIRST, SECOND)])
    load([lines(tmp_path, {"ref": "yl-1", "supersedes": "yl-2"}, {"ref": "yl-2"})])
    assert links() == {"yl-1": "yl-2", "yl-2": None}


def test_link_removed_from_the_file_is_removed_from_the_record(tmp_path: Path) -> None:
    load([lines(tmp_path, FIRST, SECOND)])
    assert load([lines(tmp_path, FIRST, {"ref": "yl-2"})]).updated == 1
    assert links() == {"yl-1": None, "yl-2": None}


def test_link_to_a_retracted_pledge_is_kept(tmp_path: Path) -> None:
    load([lines(tmp_path, FIRST, SECOND)])
    Pledge.objects.filter(ref="yl-1").update(state="retracted")
    load([lines(tmp_path, {"ref": "yl-2"})])
    assert links() == {"yl-1": None, "yl-2": "yl-1"}


def test_yaml_has_supersedes_and_success_criterion(tmp_path: Path) -> None:
    added = "        supersedes: yl-2025-002\n        success_criterion: 以统计公报为准。\n"
    load([page(tmp_path, PAGE.replace("        tier: core\n", "        tier: core\n" + added))])
    pledge = Pledge.objects.get(ref="yl-2025-001")
    assert (pledge.supersedes, pledge.success_criterion) == (["yl-2025-002"], "以统计公报为准。")


def test_unknown_superseded_pledge_is_an_error(tmp_path: Path) -> None:
    path = lines(tmp_path, FIRST, {"ref": "yl-2", "supersedes": "yl-9"})
    expected = "found “yl-9”, expected the reference of a pledge in the files or in the record"
    assert messages(path) == [f"bulk.jsonl:2: yl-2: supersedes: {expected}"]


def test_malformed_superseded_reference_is_an_error(tmp_path: Path) -> None:
    (problem,) = messages(page(tmp_path, PAGE.replace("tier: core", "tier: core\n        supersedes: 云岭 1")))
    assert problem.startswith("page.yaml:23: yl-2025-001: supersedes: found “云岭 1”, “云” is not allowed")


def test_pledge_superseding_itself_is_an_error(tmp_path: Path) -> None:
    path = lines(tmp_path, {"ref": "yl-1", "supersedes": "yl-1"})
    assert messages(path) == ["bulk.jsonl:1: yl-1: supersedes: found “yl-1”, a pledge can't supersede itself"]


def test_every_pledge_of_a_cycle_is_an_error(tmp_path: Path) -> None:
    path = lines(tmp_path, {"ref": "yl-1", "supersedes": "yl-3"}, SECOND, THIRD, {"ref": "yl-4", "supersedes": "yl-1"})
    assert messages(path) == [
        f"bulk.jsonl:{line}: yl-{line}: supersedes: found “yl-{earlier}”,"
        " which directly or indirectly supersedes this pledge"
        for line, earlier in ((1, 3), (2, 1), (3, 2))
    ]


def test_cycle_through_the_record_is_an_error(tmp_path: Path) -> None:
    load([lines(tmp_path, FIRST, SECOND)])
    path = lines(tmp_path, {"ref": "yl-1", "supersedes": "yl-2"}, name="more.jsonl")
    assert messages(path) == [
        "more.jsonl:1: yl-1: supersedes: found “yl-2”, which directly or indirectly supersedes this pledge"
    ]
    assert links() == {"yl-1": None, "yl-2": "yl-1"}


def test_editors_link_and_criterion_are_kept(tmp_path: Path) -> None:
    path = lines(tmp_path, FIRST, SECOND)
    load([path])
    Pledge.objects.filter(ref="yl-2").update(supersedes=[make_pledge("yl-9").ref], success_criterion="改过")
    report = load([path])
    assert report.updated == 0
    assert [(conflict.field, conflict.edited, conflict.loaded) for conflict in report.conflicts] == [
        ("success_criterion", "改过", ""),
        ("supersedes", "yl-9", "yl-1"),
    ]
    assert links()["yl-2"] == "yl-9"
    assert load([path], force=True).updated == 1
    assert links()["yl-2"] == "yl-1"


def test_pledge_may_supersede_several_and_several_one(tmp_path: Path) -> None:
    merged = {"ref": "yl-3", "supersedes": ["yl-2", "yl-1", "yl-2"]}
    split = [{"ref": f"yl-{number}", "supersedes": "yl-3"} for number in (4, 5)]
    path = lines(tmp_path, *split, merged, {"ref": "yl-1"}, {"ref": "yl-2"})
    assert load([path]).created == 5
    assert links() == {"yl-1": None, "yl-2": None, "yl-3": "yl-1 yl-2", "yl-4": "yl-3", "yl-5": "yl-3"}
    assert load([path]).unchanged == 5

    path = lines(tmp_path, {"ref": "yl-1", "supersedes": ["yl-9", "yl-4"]}, name="more.jsonl")
    assert messages(path) == [
        "more.jsonl:1: yl-1: supersedes: found “yl-9”, expected the reference of a pledge in the files or in the record"
    ]
    path = lines(tmp_path, {"ref": "yl-1", "supersedes": ["yl-4"]}, name="more.jsonl")
    assert messages(path) == [
        "more.jsonl:1: yl-1: supersedes: found “yl-4”, which directly or indirectly supersedes this pledge"
    ]


def test_yaml_has_a_list_of_superseded_pledges(tmp_path: Path) -> None:
    make_pledge("yl-9")
    added = "        supersedes:\n          - yl-2025-002\n          - yl-9\n"
    load([page(tmp_path, PAGE.replace("        tier: core\n", f"        tier: core\n{added}", 1))])
    assert Pledge.objects.get(ref="yl-2025-001").supersedes == ["yl-2025-002", "yl-9"]
