"""A load proposes amendments of judged pledges instead of changing them, and loads the rest."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from pledges.importer.loader import Report, load
from pledges.models import Amendment, Document, FollowUp, Pledge
from pledges.workflow.amendments import approve, reject
from tests.factories import make_follow_up, make_user
from tests.importer.pages import PAGE, lines, page

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.usefixtures("places_metrics_and_units")]

CHANGED = (
    PAGE.replace("value: 385", "value: 800")
    .replace("bound: exact", "bound: at_most", 1)
    .replace("note: 期限不明。", "note: 没有期限。")
    .replace("date: 2025-01", "date: 2025-09")
)


@pytest.fixture
def judged(tmp_path: Path) -> Pledge:
    load([page(tmp_path)])
    pledge = Pledge.objects.get(ref="yl-2025-001")
    make_follow_up(pledge, actual=400, as_of="2025-10-31")
    return pledge


def proposals(report: Report) -> list[tuple[str, str, str | None, str | None, str]]:
    return [(each.name, each.field, each.judged, each.loaded, each.state) for each in report.proposals]


@pytest.mark.parametrize("options", [{}, {"force": True}, {"prune": True}])
def test_judged_values_are_proposed_and_the_rest_is_loaded(
    tmp_path: Path, judged: Pledge, options: dict[str, Any]
) -> None:
    report = load([page(tmp_path, CHANGED)], **options)
    assert proposals(report) == [
        ("yunling-daily-1", "date", "2025-01", "2025-09", "new"),
        ("yl-2025-001", "bound", "exact", "at_most", "new"),
        ("yl-2025-001", "value", "385", "800", "new"),
    ]
    pledge = Pledge.objects.get(pk=judged.pk)
    assert (pledge.value, pledge.bound, pledge.status) == (385, "exact", "met")
    assert Document.objects.get().date == "2025-01"
    assert Pledge.objects.get(ref="yl-2025-002").note == "没有期限。"
    assert [len(amendment.changes[0]["after"]) for amendment in Amendment.objects.order_by("pk")] == [1, 2]


def test_second_load_does_not_propose_again(tmp_path: Path, judged: Pledge) -> None:
    load([page(tmp_path, CHANGED)])
    assert {state for *_values, state in proposals(load([page(tmp_path, CHANGED)]))} == {"proposed"}
    for amendment in Amendment.objects.all():
        reject(amendment, by=make_user("chief"), note="报纸不是这样")
    assert {state for *_values, state in proposals(load([page(tmp_path, CHANGED)]))} == {"rejected"}
    assert Amendment.objects.count() == 2


def test_approved_proposal_makes_the_record_equal_to_the_file(tmp_path: Path, judged: Pledge) -> None:
    load([page(tmp_path, CHANGED)])
    for amendment in Amendment.objects.all():
        approve(amendment, by=make_user("chief"))
    report = load([page(tmp_path, CHANGED)])
    assert (proposals(report), report.conflicts, report.updated) == ([], [], 0)
    pledge = Pledge.objects.get(pk=judged.pk)
    assert (pledge.value, pledge.status, pledge.on_earlier_target) == (800, "met", True)
    follow_up = FollowUp.objects.get(pledge=pledge)
    assert follow_up.assessment is not None
    assert str(follow_up.assessment.ratio) == "1.0389"
    call_command("check_record")


def test_publication_details_are_proposed(tmp_path: Path, judged: Pledge) -> None:
    changed = PAGE.replace("云岭日报 1 版", "云岭晚报 1 版").replace("  date:", "  publisher: 云岭晚报\n  date:")
    report = load([page(tmp_path, changed.replace("说到做到", "另一标题"))], force=True)
    assert proposals(report) == [
        ("yunling-daily-1", "publisher", "", "云岭晚报", "new"),
        ("yunling-daily-1", "title", "云岭日报 1 版", "云岭晚报 1 版", "new"),
        ("yunling-daily-1 张三丰", "headline", "说到做到", "另一标题", "new"),
    ]
    assert Document.objects.get().title == "云岭日报 1 版"


def test_pledge_of_another_official_is_proposed(tmp_path: Path, judged: Pledge) -> None:
    report = load([page(tmp_path, PAGE.replace("张三丰", "令狐冲"))])
    (proposal,) = report.proposals
    assert (proposal.name, proposal.field) == ("yl-2025-001", "statement")
    assert Pledge.objects.get(pk=judged.pk).statement.speaker.name == "张三丰"
    assert Pledge.objects.get(ref="yl-2025-002").statement.speaker.name == "令狐冲"


def test_pruned_pledge_with_verdict_is_proposed_for_retraction(tmp_path: Path) -> None:
    load([lines(tmp_path, {"ref": "yl-1"}, {"ref": "yl-2"})])
    make_follow_up(Pledge.objects.get(ref="yl-1"), actual=400)
    report = load([lines(tmp_path, {"ref": "yl-3"})], prune=True)
    assert (report.removed, report.retracted) == (["yl-1", "yl-2"], 1)
    assert proposals(report) == [("yl-1", "state", "published", "retracted", "new")]
    assert Pledge.objects.get(ref="yl-1").state == "published"
    approve(Amendment.objects.get(), by=make_user("chief"))
    assert Pledge.objects.get(ref="yl-1").state == "retracted"


def test_command_names_the_file_of_a_pruned_pledge(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load([lines(tmp_path, {"ref": "yl-1"}, {"ref": "yl-2"})])
    make_follow_up(Pledge.objects.get(ref="yl-1"), actual=400)
    file = lines(tmp_path, {"ref": "yl-2"})
    call_command("load_pledges", str(file), "--prune")
    assert (
        f"{file}: yl-1: state: kept published, from which a verdict follows;"
        " its retraction was proposed as an amendment"
    ) in capsys.readouterr().out


def test_check_proposes_nothing(tmp_path: Path, judged: Pledge) -> None:
    assert len(load([page(tmp_path, CHANGED)], check=True).proposals) == 3
    assert not Amendment.objects.exists()


def test_command_reports_proposals(tmp_path: Path, judged: Pledge, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_pledges", str(page(tmp_path, CHANGED)))
    output = capsys.readouterr().out
    assert (
        "yl-2025-001: value: kept 385, from which a verdict follows; the file's 800 was proposed as an amendment"
        in output
    )
    assert "3 amended values proposed" in output
    call_command("load_pledges", str(page(tmp_path, CHANGED)))
    output = capsys.readouterr().out
    assert "the file's 800 is proposed as an amendment already, which waits for approval" in output
    assert "3 amended values waiting for approval already;" in output


def test_successor_of_judged_pledge_is_a_draft_until_its_amendment(tmp_path: Path) -> None:
    later = {"ref": "yl-3", "supersedes": ["yl-1"], "value": 90}
    load([lines(tmp_path, {"ref": "yl-1"}, {"ref": "yl-2"})])
    make_follow_up(Pledge.objects.get(ref="yl-1"), actual=400)
    for state in ("new", "proposed"):
        report = load([lines(tmp_path, {"ref": "yl-1"}, {"ref": "yl-2"}, later)], force=True)
        assert proposals(report) == [("yl-3", "state", "draft", "published", state)]
    assert Pledge.objects.get(ref="yl-3").state == "draft"
    assert report.updated == 0
    approve(Amendment.objects.get(), by=make_user("chief"))
    assert Pledge.objects.get(ref="yl-3").state == "published"
    report = load([lines(tmp_path, {"ref": "yl-1"}, {"ref": "yl-2"}, later)])
    assert (proposals(report), report.conflicts, report.updated) == ([], [], 0)

    changed = later | {"supersedes": ["yl-2"], "note": "另一条"}
    report = load([lines(tmp_path, {"ref": "yl-1"}, {"ref": "yl-2"}, changed)])
    assert proposals(report) == [("yl-3", "supersedes", "yl-1", "yl-2", "new")]
    assert (Pledge.objects.get(ref="yl-3").note, Pledge.objects.get(ref="yl-3").supersedes) == ("另一条", ["yl-1"])

    report = load([lines(tmp_path, {"ref": "yl-1"}, {"ref": "yl-2"})], prune=True)
    assert proposals(report) == [("yl-3", "state", "published", "retracted", "new")]
    call_command("check_record")
