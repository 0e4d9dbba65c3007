"""Merges and partings are amendments: proposed by one person, and made when another one approves them."""

import pytest
from django.core.exceptions import ValidationError

from pledges.models import Amendment, Official, Pledge, Redirect, Statement
from pledges.models.choices import RowKind
from pledges.workflow.amendments import approve
from pledges.workflow.merge_proposals import propose_merge, propose_parting
from tests.factories import (
    make_document,
    make_follow_up,
    make_metric,
    make_official,
    make_pledge,
    make_post,
    make_statement,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db
REASON = "两个姓名是同一人，见任前公示。"


def judged_pledge(ref: str, **fields: object) -> Pledge:
    pledge = make_pledge(ref, **fields)
    make_follow_up(pledge)
    return pledge


def test_merge_is_made_when_another_person_approves_it() -> None:
    editor, chief = make_user("editor"), make_user("chief")
    old, new = make_official("甲"), make_official("乙")
    pledge = judged_pledge("yl-1", statement=make_statement(official=old))
    amendment = propose_merge(old, new, reason=REASON, by=editor)
    assert Pledge.objects.get(pk=pledge.pk).statement.official == old
    with pytest.raises(ValidationError):
        approve(amendment, by=editor)
    assert Official.objects.filter(slug="甲").exists()

    amendment = Amendment.objects.get()
    approve(amendment, by=chief)

    assert Pledge.objects.get(pk=pledge.pk).statement.official == new
    assert Pledge.objects.get(pk=pledge.pk).status == "met"
    assert Redirect.objects.target_of(RowKind.OFFICIAL, "甲") == "乙"
    assert [amended.pledge for amended in amendment.pledges.all()] == [pledge]
    assert amendment.merges[-1]["old"] == "甲"


def test_merge_of_officials_on_one_page_lists_the_judged_pledges_of_both_statements() -> None:
    old, new = make_official("甲"), make_official("乙")
    first, second = make_statement(official=old), make_statement(official=new)
    pledge = judged_pledge("yl-1", statement=first)
    judged_pledge("yl-2", statement=second)
    amendment = propose_merge(old, new, reason=REASON, by=make_user("editor"))
    approve(amendment, by=make_user("chief"))
    assert [amended.pledge for amended in amendment.pledges.all()] == [pledge]
    assert Statement.objects.get() == second
    assert set(Pledge.objects.values_list("statement", flat=True)) == {second.pk}


def test_merged_metric_and_unit_under_judged_pledges() -> None:
    editor, chief = make_user("editor"), make_user("chief")
    metric, unit = make_metric("old"), make_unit("亿")
    pledge = make_pledge("yl-1", metric=metric, unit=unit)
    make_follow_up(pledge, actual=385)
    for old, new in ((metric, make_metric("new")), (unit, make_unit("亿元"))):
        approve(propose_merge(old, new, reason=REASON, by=editor), by=chief)
    pledge = Pledge.objects.get()
    assert (pledge.metric.slug, pledge.unit_id) == ("new", "亿元")
    assert pledge.current_follow_up is not None
    assert pledge.current_follow_up.unit_id == "亿元"


def test_merge_includes_what_was_added_since_the_proposal() -> None:
    old, new = make_official("甲"), make_official("乙")
    amendment = propose_merge(old, new, reason=REASON, by=make_user("editor"))
    make_pledge("yl-1", statement=make_statement(official=old))
    approve(amendment, by=make_user("chief"))
    assert Statement.objects.get().official == new


def test_pledge_judged_since_the_proposal_stops_the_merge() -> None:
    old, new = make_official("甲"), make_official("乙")
    amendment = propose_merge(old, new, reason=REASON, by=make_user("editor"))
    judged_pledge("yl-1", statement=make_statement(official=old))
    with pytest.raises(ValidationError):
        approve(amendment, by=make_user("chief"))
    assert Statement.objects.get().official == old


def test_row_that_was_merged_since_the_proposal_is_reported() -> None:
    editor, chief = make_user("editor"), make_user("chief")
    first, second, third = (make_official(name) for name in "甲乙丙")
    amendment = propose_merge(first, second, reason=REASON, by=editor)
    approve(propose_merge(first, third, reason=REASON, by=editor), by=chief)
    with pytest.raises(ValidationError, match="甲"):
        approve(amendment, by=chief)


def test_statements_are_parted_to_a_new_official() -> None:
    official = make_official("沈同名")
    kept = make_statement(official=official)
    parted = make_statement(official=official, document=make_document("page-2"), post=make_post("局长"))
    pledge = judged_pledge("yl-1", statement=parted)
    amendment = propose_parting(
        official, [parted], slug="沈同名-2", name="沈同名", reason=REASON, by=make_user("editor")
    )
    assert not Official.objects.filter(slug="沈同名-2").exists()
    approve(amendment, by=make_user("chief"))
    assert Pledge.objects.get(pk=pledge.pk).statement.official.slug == "沈同名-2"
    assert Statement.objects.get(pk=kept.pk).official == official
    assert amendment.pledges.count() == 1


def test_merged_official_gets_the_slug_back() -> None:
    editor, chief = make_user("editor"), make_user("chief")
    old, new = make_official("甲"), make_official("乙")
    statement = make_statement(official=old)
    approve(propose_merge(old, new, reason=REASON, by=editor), by=chief)
    statements = Statement.objects.filter(pk=statement.pk)
    approve(propose_parting(new, statements, slug="甲", name="甲", reason=REASON, by=editor), by=chief)
    assert Statement.objects.get().official.slug == "甲"
    assert not Redirect.objects.exists()


def test_statements_are_parted_to_an_official_of_the_record() -> None:
    official, other = make_official("甲"), make_official("乙")
    statement = make_statement(official=official)
    amendment = propose_parting(official, [statement], slug="乙", name="", reason=REASON, by=make_user("editor"))
    approve(amendment, by=make_user("chief"))
    assert Statement.objects.get().official == other


def test_parting_without_statements_or_from_oneself_is_rejected() -> None:
    official, editor = make_official("甲"), make_user("editor")
    statement = make_statement(official=official)
    with pytest.raises(ValidationError):
        propose_parting(official, [], slug="乙", name="乙", reason=REASON, by=editor)
    with pytest.raises(ValidationError):
        propose_parting(official, [statement], slug="甲", name="甲", reason=REASON, by=editor)
