"""Merges and partings are amendments: proposed by one person, and made when another one approves them."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from pledges.models import Amendment, Body, Official, Pledge, Post, Redirect, Statement
from pledges.models.choices import RowKind
from pledges.workflow.amendments import approve
from pledges.workflow.merge_proposals import propose_merge, propose_parting
from pledges.workflow.merging import plan
from tests.factories import (
    make_amendment,
    make_body,
    make_district,
    make_document,
    make_follow_up,
    make_metric,
    make_official,
    make_pledge,
    make_post,
    make_statement,
    make_unit,
    make_user,
    merge_rows,
)
from tests.violations import assert_violates

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
    with pytest.raises(ValidationError, match="已经合并"):
        approve(amendment, by=chief)


def approve_by_sql(amendment: Amendment) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pledges_amendment SET state = 'approved', reviewer_id = %s WHERE id = %s",
            [make_user("chief").pk, amendment.pk],
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_merge_that_is_approved_by_sql_is_made_and_redirected() -> None:
    old, new = make_official("甲"), make_official("乙")
    first, second = make_statement(official=old), make_statement(official=new)
    judged_pledge("yl-1", statement=first)
    approve_by_sql(propose_merge(old, new, reason=REASON, by=make_user("editor")))
    assert Pledge.objects.get().statement == second
    assert list(Official.objects.all()) == [new]
    assert set(Redirect.objects.values_list("kind", "source", "target")) == {
        ("official", "甲", "乙"),
        ("statement", str(first.pk), str(second.pk)),
    }


def test_parting_that_is_approved_by_sql_gives_the_slug_back() -> None:
    old, new = make_official("甲"), make_official("乙")
    statement = make_statement(official=old)
    merge_rows(old, new)
    statements = Statement.objects.filter(pk=statement.pk)
    approve_by_sql(propose_parting(new, statements, slug="甲", name="甲", reason=REASON, by=make_user("editor")))
    assert Statement.objects.get().speaker.slug == "甲"
    assert not Redirect.objects.exists()


def test_official_is_not_parted_twice_with_one_slug() -> None:
    official, editor, chief = make_official("甲"), make_user("editor"), make_user("chief")
    statements = make_statement(official=official), make_statement(official=official, document=make_document("page-2"))
    proposals = [
        propose_parting(official, [statement], slug="甲-2", name="甲", reason=REASON, by=editor)
        for statement in statements
    ]
    approve(proposals[0], by=chief)
    with pytest.raises(ValidationError, match="记录已有改动"):
        approve(proposals[1], by=chief)


def test_merge_is_no_edit_that_loads_keep() -> None:
    old, new = make_official("甲"), make_official("乙")
    judged_pledge("yl-1", statement=make_statement(official=old))
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('duixian.loading', 'on', true)")
        cursor.execute("UPDATE pledges_pledge SET edited_fields = '{}'")
        cursor.execute("UPDATE pledges_statement SET edited_fields = '{}'")
        cursor.execute("SELECT set_config('duixian.loading', 'off', true)")
    approve(propose_merge(old, new, reason=REASON, by=make_user("editor")), by=make_user("chief"))
    assert (Pledge.objects.get().edited_fields, Statement.objects.get().edited_fields) == ([], [])


def test_responsible_bodies_of_judged_pledge_change_by_amendments_only() -> None:
    old, new, third = make_body("财政局"), make_body("云岭市财政局"), make_body("水利局")
    pledge = judged_pledge("yl-1", responsible_bodies=[old.slug])
    for change in (
        lambda: Pledge.objects.filter(pk=pledge.pk).update(responsible_bodies=[third.slug]),
        lambda: Body.objects.filter(pk=old.pk).update(name="市财政局"),
        lambda: merge_rows(old, new),
    ):
        with assert_violates("judged_by_amendment_only"):
            change()
    with assert_violates("pledge_responsible_body_exists"):
        old.delete()
    with assert_violates("pledge_responsible_body_exists"):
        make_pledge("yl-2", responsible_bodies=["发改委"])

    for amendment in (
        make_amendment(pledge, responsible_bodies=[old.slug, third.slug, old.slug]),
        make_amendment(old, name="市财政局"),
    ):
        assert [row.pledge for row in amendment.pledges.all()] == [pledge]
    first, second = Amendment.objects.order_by("pk")
    names = {"responsible_bodies.name": (["财政局"], ["水利局", "财政局"])}
    assert first.pledges.get().changed_values == names | {"responsible_bodies": (["财政局"], ["水利局", "财政局"])}
    assert second.pledges.get().changed_values == {
        "responsible_bodies.name": (["水利局", "财政局"], ["水利局", "市财政局"])
    }
    approve(propose_merge(old, new, reason=REASON, by=make_user("editor")), by=make_user("chief"))
    pledge.refresh_from_db()
    assert (pledge.responsible_bodies, pledge.on_earlier_target) == (["云岭市财政局", "水利局"], False)


def test_departments_of_merged_districts_are_merged_under_judged_pledges() -> None:
    """The amendment has to list all changes, also of posts that are the same only because their bodies are merged."""
    old, new = make_district("old", name="旧城"), make_district("new", name="新城")
    for place, page in ((old, "page-1"), (new, "page-2")):
        post = make_post("局长", district=place, body=make_body("财政局", slug=f"财政局-{place.slug}", district=place))
        pledge = make_pledge(page, statement=make_statement(document=make_document(page), post=post))
        make_follow_up(pledge)
    assert [merge.kind for merge in plan(old, new)] == ["post", "body", "district"]
    amendment = propose_merge(old, new, reason="合并", by=make_user("editor"))
    approve(amendment, by=make_user("chief"))
    assert (Body.objects.get().slug, Post.objects.get().district) == ("财政局-new", new)
    assert Redirect.objects.target_of("body", "财政局-old") == "财政局-new"
