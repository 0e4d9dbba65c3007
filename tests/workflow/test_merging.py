"""Merging two rows of the record that turn out to be one."""

from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from pledges.models import Change, District, Document, Evidence, Official, Pledge, Post, Redirect, Statement, Unit
from pledges.models.change_log import LOG_START
from pledges.models.choices import RowKind
from pledges.workflow import review
from pledges.workflow.merging import affected_pledges, plan
from tests.commits import commit
from tests.factories import (
    make_dimension,
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


def redirects() -> set[tuple[str, str, str]]:
    return set(Redirect.objects.values_list("kind", "source", "target"))


def test_official_is_merged_and_redirected() -> None:
    old, new = make_official("沈同名", slug="沈同名-2"), make_official("沈同名")
    other = make_statement(official=old, document=make_document("page-2"))
    pledge = make_pledge(statement=other)
    merge_rows(old, new)
    assert Pledge.objects.get(pk=pledge.pk).statement.official == new
    assert redirects() == {("official", "沈同名-2", "沈同名")}
    assert not Official.objects.filter(slug="沈同名-2").exists()
    assert Pledge.objects.get(pk=pledge.pk).edited_fields == pledge.edited_fields


def test_statements_of_both_officials_on_one_page_are_merged() -> None:
    old, new = make_official("沈同名-2"), make_official("沈同名")
    first, second = make_statement(official=old), make_statement(official=new)
    make_pledge("yl-1", statement=first)
    make_pledge("yl-2", statement=second)
    result = make_follow_up(make_pledge("yl-3", statement=second), evidence=False, state="draft")
    Evidence.objects.create(follow_up=result, statement=first)
    assert [(one.kind, one.old, one.new) for one in plan(old, new)] == [
        ("statement", first, second),
        ("official", old, new),
    ]
    merge_rows(old, new)
    assert set(Pledge.objects.values_list("statement", flat=True)) == {second.pk}
    assert Evidence.objects.get().statement == second
    assert redirects() == {("official", "沈同名-2", "沈同名"), ("statement", str(first.pk), str(second.pk))}


def test_statement_that_is_evidence_of_an_approved_follow_up_is_merged() -> None:
    old, new = make_official("沈同名-2"), make_official("沈同名")
    first, second = make_statement(official=old), make_statement(official=new)
    follow_up = make_follow_up(make_pledge(), state="draft")
    Evidence.objects.create(follow_up=follow_up, statement=first)
    review.submit([follow_up.pk], by=follow_up.author)
    review.approve([follow_up.pk], by=make_user("chief"))
    merge_rows(old, new)
    assert Evidence.objects.get(statement__isnull=False).statement == second


def test_redirects_of_a_merged_row_lead_to_the_last_one() -> None:
    first, second, third = (make_official(name) for name in "甲乙丙")
    merge_rows(first, second)
    merge_rows(second, third)
    assert redirects() == {("official", "甲", "丙"), ("official", "乙", "丙")}


def test_slug_of_a_merged_row_is_not_used_again() -> None:
    merge_rows(make_official("甲"), make_official("乙"))
    with assert_violates("identifier_of_merged_row"):
        make_official("甲")


def test_posts_of_merged_districts_are_merged() -> None:
    old, new = make_district("old", name="旧区", code="990101", aliases=["旧"]), make_district("new", name="新区")
    child = make_district("child", name="镇", parent=old)
    post = make_post("区长", district=old), make_post("区长", district=new)
    pledge = make_pledge(district=old, statement=make_statement(post=post[0]))
    assert list(affected_pledges(old)) == [pledge]
    merge_rows(old, new)
    pledge.refresh_from_db()
    assert (pledge.district, pledge.statement.post) == (new, post[1])
    assert District.objects.get(pk=child.pk).parent == new
    new.refresh_from_db()
    assert (new.code, new.aliases) == ("990101", ["旧区", "旧"])
    assert redirects() == {("district", "old", "new"), ("post", str(post[0].pk), str(post[1].pk))}


def test_second_code_of_a_district_is_redirected() -> None:
    merge_rows(make_district("old", code="990101"), make_district("new", code="990102"))
    assert redirects() == {("district", "old", "new"), ("district", "990101", "new")}


def test_metrics_are_merged() -> None:
    old, new = make_metric("old", name="旧产值", aliases=["旧值"]), make_metric("new", name="新产值", aliases=["新值"])
    pledge = make_pledge(metric=old)
    merge_rows(old, new)
    new.refresh_from_db()
    assert (Pledge.objects.get(pk=pledge.pk).metric, new.aliases) == (new, ["新值", "旧产值", "旧值"])


def test_units_are_merged_in_pledges_and_follow_ups() -> None:
    old, new = make_unit("亿", factor=100_000_000), make_unit("亿元")
    pledge = make_pledge(unit=old)
    follow_up = make_follow_up(pledge, state="submitted", actual=385)
    merge_rows(old, new)
    follow_up.refresh_from_db()
    assert (Pledge.objects.get(pk=pledge.pk).unit, follow_up.unit) == (new, new)
    assert redirects() == {("unit", "亿", "亿元")}


def test_unit_of_a_judged_pledge_is_not_merged_without_amendment() -> None:
    old, new = make_unit("亿", factor=100_000_000), make_unit("亿元")
    make_follow_up(make_pledge(unit=old), actual=385)
    with assert_violates("judged_by_amendment_only"):
        merge_rows(old, new)


@pytest.mark.parametrize("field", ["factor", "dimension"])
def test_units_that_measure_differently_are_not_merged(field: str) -> None:
    other = {"factor": 10_000, "dimension": make_dimension("area")}[field]
    fields: dict[str, Any] = {"factor": 100_000_000, field: other}
    units = make_unit("x", **fields), make_unit("亿元")
    with pytest.raises(ValidationError):
        plan(*units)
    with assert_violates("merged_units_are_equal"):
        merge_rows(*units)
    assert Unit.objects.filter(symbol="x").exists()


def test_row_is_not_merged_with_itself_or_another_kind() -> None:
    official = make_official("甲")
    for other in (official, make_document("page-1")):
        with pytest.raises(ValidationError):
            plan(official, other)


def test_documents_with_a_common_speaker_are_merged() -> None:
    old, new = make_document("old"), make_document("new")
    statements = make_statement(document=old), make_statement(document=new)
    make_pledge(statement=statements[0])
    merge_rows(old, new)
    assert Statement.objects.get() == statements[1]
    assert not Document.objects.filter(slug="old").exists()


def test_document_before_whose_date_a_pledge_is_due_is_not_merged() -> None:
    make_pledge(statement=make_statement(document=make_document("old")))
    old, new = Document.objects.get(), make_document("new", date="2026-02")
    with assert_violates("pledge_deadline_not_before_statement"):
        merge_rows(old, new)


def test_merge_is_logged_with_its_redirects() -> None:
    old, new = make_official("甲"), make_official("乙")
    make_pledge("yl-1", statement=make_statement(official=old))
    make_pledge("yl-2", statement=make_statement(official=new, document=make_document("page-2")))
    commit()
    merge_rows(old, new)
    commit()
    *_before, entry = Change.objects.after(LOG_START, 10)
    assert (entry.ref, entry.kind) == ("yl-1", "changed")
    assert entry.redirects == [{"kind": "official", "old": "甲", "new": "乙"}]


def test_change_after_a_merge_is_an_edit() -> None:
    pledge = make_pledge(statement=make_statement(official=make_official("甲")))
    Pledge.objects.update(edited_fields=[])
    merge_rows(Official.objects.get(), make_official("乙"))
    Pledge.objects.update(note="改过")
    assert "note" in Pledge.objects.get(pk=pledge.pk).edited_fields


def test_posts_are_merged() -> None:
    old, new = make_post("区长"), make_post("区委副书记、区长")
    statement = make_statement(post=old)
    merge_rows(old, new)
    assert Statement.objects.get(pk=statement.pk).post == new
    assert Post.objects.count() == 1


def test_row_to_which_a_redirect_leads_is_not_deleted() -> None:
    official = make_official("乙")
    merge_rows(make_official("甲"), official)
    with assert_violates("target_of_redirect_is_kept"):
        official.delete()


def test_redirect_is_not_changed_or_deleted() -> None:
    merge_rows(make_official("甲"), make_official("乙"))
    for change in (Redirect.objects.all().delete, partial(Redirect.objects.update, target="丙")):
        with assert_violates("redirect_is_permanent"):
            change()
    merge_rows(Official.objects.get(slug="乙"), make_official("丙"))
    assert redirects() == {("official", "甲", "丙"), ("official", "乙", "丙")}


def test_redirect_leads_from_a_row_of_the_record_to_another_one() -> None:
    make_official("乙")
    for source, target in (("甲", "乙"), ("乙", "甲")):
        with assert_violates("merged_rows_exist"):
            Redirect.objects.create(kind=RowKind.OFFICIAL, source=source, target=target)
