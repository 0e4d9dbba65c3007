"""Rules of the database for follow-ups, tested without forms, model validation and `pledges.workflow`."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pghistory
import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import DecimalField, ProtectedError, Value
from django.db.models.functions import Cast
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pledges.models import FollowUp, Pledge, Unit
from pledges.models.choices import ReviewState
from pledges.models.violations import violation_messages
from pledges.workflow import review
from pledges.workflow.review import ReviewError
from tests.factories import (
    make_dimension,
    make_follow_up,
    make_official,
    make_pledge,
    make_statement,
    make_unit,
    make_user,
)
from tests.violations import assert_violates

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pledge_relations")]

YESTERDAY, TODAY, TOMORROW = (timezone.localdate() + timedelta(days=days) for days in (-1, 0, 1))
Write = Callable[..., None]


def by_bulk_update(follow_up: FollowUp, **changes: Any) -> None:
    FollowUp.objects.filter(pk=follow_up.pk).update(**changes)


def by_saving(follow_up: FollowUp, **changes: Any) -> None:
    for field, value in changes.items():
        setattr(follow_up, field, value)
    follow_up.save()


def by_sql(follow_up: FollowUp, **changes: Any) -> None:
    columns = ", ".join(f"{column} = %s" for column in changes)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE pledges_followup SET {columns} WHERE id = %s", [*changes.values(), follow_up.pk])  # noqa: S608


@pytest.fixture(params=[by_bulk_update, by_saving, by_sql])
def write(request: pytest.FixtureRequest) -> Write:
    write: Write = request.param
    return write


def reloaded(follow_up: FollowUp) -> FollowUp:
    return FollowUp.objects.get(pk=follow_up.pk)


def submitted(**fields: Any) -> FollowUp:
    return make_follow_up(state=ReviewState.SUBMITTED, **fields)


def approved_by_sql(*follow_ups: FollowUp) -> None:
    chief = make_user("chief").pk
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pledges_followup SET state = 'approved', reviewer_id = %s WHERE id = ANY(%s)",
            [chief, [follow_up.pk for follow_up in follow_ups]],
        )


def status_of(pledge: Pledge) -> tuple[str, date | None, date | None]:
    return Pledge.objects.values_list("status", "status_since", "last_checked_on").get(pk=pledge.pk)


# Transitions


@pytest.mark.parametrize("state", ["submitted", "approved", "returned"])
def test_insert_in_another_state_than_draft_is_rejected(state: str) -> None:
    pledge, editor, chief = make_pledge(), make_user("editor"), make_user("chief")
    with assert_violates("follow_up_begins_as_draft"):
        FollowUp.objects.bulk_create(
            [
                FollowUp(
                    pledge=pledge,
                    status="in_progress",
                    as_of="2025-06-30",
                    author=editor,
                    state=state,
                    reviewer=chief,
                    review_note="x",
                )
            ]
        )


ALLOWED = {("draft", "submitted"), ("submitted", "approved"), ("submitted", "returned"), ("returned", "submitted")}


@pytest.mark.parametrize(("before", "after"), [*product(ReviewState.values, repeat=2)])
def test_only_allowed_transitions_are_accepted(before: str, after: str) -> None:
    follow_up = make_follow_up(state=before)
    changes = {"state": after, "reviewer_id": make_user("chief").pk, "review_note": "请补充"}
    if before == "approved":
        with assert_violates("follow_up_approved_is_final"):
            by_bulk_update(follow_up, **changes)
    elif before == after or (before, after) in ALLOWED:
        by_bulk_update(follow_up, **changes)
        assert reloaded(follow_up).state == after
    else:
        with assert_violates("follow_up_transition_allowed"):
            by_bulk_update(follow_up, **changes)


def test_approved_follow_up_change_is_rejected(write: Write) -> None:
    follow_up = make_follow_up()
    for changes in (
        {"summary": "改了"},
        {"status": "missed"},
        {"state": "draft"},
        {"review_note": "x"},
        {"version": 9},
    ):
        with assert_violates("follow_up_approved_is_final"):
            write(reloaded(follow_up), **changes)


def test_submitted_follow_up_change_is_rejected(write: Write) -> None:
    follow_up = submitted(actual=390)
    unit = make_unit("万元", factor=10_000)
    changed = {"status": "missed", "actual": 300, "unit_id": unit.pk, "as_of": TODAY, "summary": "x", "reason": "x"}
    for field, value in changed.items():
        with assert_violates("follow_up_under_review"):
            write(reloaded(follow_up), **{field: value})


def test_content_change_with_approval_is_rejected(write: Write) -> None:
    with assert_violates("follow_up_under_review"):
        write(submitted(), state="approved", reviewer_id=make_user("chief").pk, status="withdrawn")


@pytest.mark.parametrize("state", ["draft", "returned"])
def test_draft_or_returned_follow_up_can_change(state: str, write: Write) -> None:
    follow_up = make_follow_up(state=state)
    write(follow_up, summary="改好了", status="partly_met")
    assert (reloaded(follow_up).summary, reloaded(follow_up).status) == ("改好了", "partly_met")


def test_pledge_or_author_change_is_rejected(write: Write) -> None:
    follow_up = make_follow_up(state="draft")
    for changes in ({"pledge_id": make_pledge("yl-2").pk}, {"author_id": make_user("chief").pk}):
        with assert_violates("follow_up_keeps_pledge_and_author"):
            write(reloaded(follow_up), **changes)


@pytest.mark.parametrize("state", ["submitted", "approved"])
def test_submitted_or_approved_follow_up_can_not_be_deleted(state: str) -> None:
    follow_up = make_follow_up(None, "in_progress", state=state, evidence=False)
    with assert_violates("follow_up_only_drafts_deleted"):
        follow_up.delete()
    with assert_violates("follow_up_only_drafts_deleted"):
        FollowUp.objects.all().delete()
    with assert_violates("follow_up_only_drafts_deleted"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM pledges_followup")


@pytest.mark.parametrize("state", ["draft", "returned"])
def test_draft_or_returned_follow_up_can_be_deleted(state: str) -> None:
    make_follow_up(state=state).delete()
    assert not FollowUp.objects.exists()


def test_pledge_and_author_of_follow_up_are_protected() -> None:
    follow_up = make_follow_up(state="draft")
    for row in (follow_up.pledge, follow_up.author):
        with pytest.raises(ProtectedError):
            row.delete()


# Four-eyes principle


def test_approval_by_author_is_rejected(write: Write) -> None:
    follow_up = submitted()
    with assert_violates("follow_up_reviewer_is_not_author"):
        write(follow_up, state="approved", reviewer_id=follow_up.author_id)


def test_approval_by_author_is_accepted_in_one_person_newsroom(write: Write) -> None:
    follow_up = submitted()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL duixian.one_person_desk = 'on'")
    write(follow_up, state="approved", reviewer_id=follow_up.author_id)
    assert reloaded(follow_up).pledge.status == "met"


@pytest.mark.parametrize("state", ["approved", "returned"])
def test_approval_or_return_without_reviewer_is_rejected(state: str, write: Write) -> None:
    with assert_violates("follow_up_has_reviewer"):
        write(submitted(), state=state, review_note="请补充")


@pytest.mark.parametrize("note", ["", " \n"])
def test_return_without_note_is_rejected(note: str, write: Write) -> None:
    with assert_violates("follow_up_returned_with_reason"):
        write(submitted(), state="returned", reviewer_id=make_user("chief").pk, review_note=note)


# Content


@pytest.mark.parametrize("status", ["met", "partly_met", "missed", "withdrawn"])
def test_verdict_without_evidence_is_rejected(status: str, write: Write) -> None:
    with assert_violates("follow_up_verdict_has_evidence"):
        write(make_follow_up(None, status, state="draft", evidence=False), state="submitted")


@pytest.mark.parametrize("status", ["not_started", "in_progress", "stalled", "unverifiable"])
def test_other_status_needs_no_evidence(status: str, write: Write) -> None:
    follow_up = make_follow_up(None, status, state="draft", evidence=False)
    write(follow_up, state="submitted")
    approved_by_sql(follow_up)
    assert reloaded(follow_up).pledge.status == status


def test_submission_without_as_of_is_rejected(write: Write) -> None:
    with assert_violates("follow_up_has_as_of"):
        write(make_follow_up(state="draft", as_of=None), state="submitted")


def test_as_of_in_future_is_rejected(write: Write) -> None:
    follow_up = make_follow_up(state="draft")
    write(follow_up, as_of=TODAY)
    with assert_violates("follow_up_as_of_not_in_future"):
        write(follow_up, as_of=TOMORROW)


@pytest.mark.parametrize(
    ("now", "today"), [("2026-03-01 15:59:59Z", date(2026, 3, 1)), ("2026-03-01 16:00Z", date(2026, 3, 2))]
)
def test_today_begins_at_midnight_in_shanghai(now: str, today: date) -> None:
    follow_up = make_follow_up(state="draft")
    with connection.cursor() as cursor:  # the search path puts it before PostgreSQL's own now()
        cursor.execute(f"CREATE FUNCTION now() RETURNS timestamptz LANGUAGE sql AS $$SELECT timestamptz '{now}'$$")
        cursor.execute("SET LOCAL search_path = public, pg_catalog")
    by_bulk_update(follow_up, as_of=today)
    with assert_violates("follow_up_as_of_not_in_future"):
        by_bulk_update(follow_up, as_of=today + timedelta(days=1))


@pytest.mark.parametrize(
    ("target", "as_of"),
    [
        ({"deadline": TODAY, "year": TODAY.year}, TODAY),  # the last day has not ended
        ({"deadline": TOMORROW, "year": TODAY.year}, TODAY),
        ({"deadline": None, "year": timezone.localdate().year}, TODAY),  # the last day is the end of the plan year
    ],
)
def test_missed_before_end_of_last_day_is_rejected(target: dict[str, Any], as_of: date, write: Write) -> None:
    pledge = make_pledge(**target)
    follow_up = make_follow_up(pledge, "partly_met", state="draft", as_of=as_of)
    with assert_violates("follow_up_missed_only_after_deadline"):
        write(follow_up, status="missed")


def test_missed_as_of_before_last_day_is_rejected(write: Write) -> None:
    pledge = make_pledge(deadline=YESTERDAY, year=YESTERDAY.year)
    follow_up = make_follow_up(pledge, "partly_met", state="draft", as_of=YESTERDAY - timedelta(days=1))
    with assert_violates("follow_up_missed_as_of_last_day"):
        write(follow_up, status="missed")


def test_as_of_before_statement_is_rejected(write: Write) -> None:
    follow_up = make_follow_up(state="draft")
    with assert_violates("follow_up_as_of_not_before_statement"):
        write(follow_up, as_of=date(2024, 12, 31))


@pytest.mark.parametrize(
    ("measure", "possible", "impossible"),
    [
        ("total", "0", "-1"),
        ("rank", "1", "0"),
        ("rank", "13", "12.5"),
        ("share", "100", "100.1"),
    ],
)
def test_impossible_actual_figure_is_rejected(write: Write, measure: str, possible: str, impossible: str) -> None:
    percent = make_unit("%", factor=1, dimension=make_dimension("ratio", base_unit="%"))
    follow_up = make_follow_up(make_pledge(measure=measure, value=50, unit=percent), state="draft")
    write(follow_up, actual=Decimal(possible), unit_id="%")
    with assert_violates("follow_up_actual_is_possible"):
        write(follow_up, actual=Decimal(impossible), unit_id="%")
    with pytest.raises(ValidationError) as error:
        FollowUp(
            pledge=follow_up.pledge, author=follow_up.author, status="met", actual=Decimal(impossible), unit=percent
        ).full_clean()
    assert set(error.value.message_dict) == {"actual"}


@pytest.mark.parametrize(
    ("target", "as_of"),
    [
        ({"deadline": YESTERDAY, "year": YESTERDAY.year}, YESTERDAY),
        ({"deadline": YESTERDAY, "year": YESTERDAY.year}, TODAY),
        ({"deadline": None, "year": 2025}, date(2025, 12, 31)),
    ],
)
def test_missed_after_last_day_is_accepted(target: dict[str, Any], as_of: date, write: Write) -> None:
    follow_up = make_follow_up(make_pledge(**target), "partly_met", state="draft", as_of=as_of)
    write(follow_up, status="missed")
    assert reloaded(follow_up).status == "missed"


def test_unit_of_other_dimension_is_rejected(write: Write) -> None:
    follow_up = make_follow_up(state="draft", actual=390)
    write(follow_up, unit_id=make_unit("万元", factor=10_000).pk)
    schools = make_unit("所", dimension=make_dimension("schools", base_unit="所"), factor=1)
    with assert_violates("follow_up_unit_fits_pledge"):
        write(follow_up, unit_id=schools.pk)


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("follow_up_status_known", {"status": "unchecked"}),
        ("follow_up_status_known", {"status": "broken"}),
        ("follow_up_actual_has_unit", {"actual": 1}),
        ("follow_up_actual_has_unit", {"unit_id": "亿元"}),
        (
            "follow_up_actual_is_a_number",
            {"unit_id": "亿元", "actual": Cast(Value("NaN"), DecimalField(max_digits=24, decimal_places=6))},
        ),
    ],
)
def test_inconsistent_row_is_rejected(rule: str, changes: dict[str, Any]) -> None:
    follow_up = make_follow_up(state="draft")
    with assert_violates(rule):
        by_bulk_update(follow_up, **changes)


# Four eyes


def written_by(user: str) -> Any:
    """Write as the user of a request."""
    return pghistory.context(user=make_user(user).pk)


def test_everyone_who_wrote_a_field_or_evidence_is_a_writer() -> None:
    with written_by("editor"):
        follow_up = make_follow_up(state="draft")
    with written_by("second"):
        by_bulk_update(follow_up, summary="改了")
    with written_by("third"):
        follow_up.evidence.update(title="改了")
    with written_by("reader"):
        by_bulk_update(follow_up, review_note="没有改内容")
    assert set(reloaded(follow_up).writers) == {make_user(name).pk for name in ("editor", "second", "third")}


def test_writer_of_a_part_can_not_approve(write: Write) -> None:
    follow_up = make_follow_up(state="draft")
    with written_by("chief"):
        by_bulk_update(follow_up, summary="主编改了")
    review.submit([follow_up.pk], by=make_user("editor"))
    with assert_violates("follow_up_reviewer_is_not_author"):
        write(reloaded(follow_up), state="approved", reviewer_id=make_user("chief").pk)
    write(reloaded(follow_up), state="approved", reviewer_id=make_user("second").pk)


def test_writer_of_evidence_can_not_approve() -> None:
    follow_up = make_follow_up(state="draft")
    with written_by("chief"):
        follow_up.evidence.create(url="https://news.example/other")
    review.submit([follow_up.pk], by=make_user("editor"))
    with assert_violates("follow_up_reviewer_is_not_author"):
        approved_by_sql(follow_up)
    assert not FollowUp.objects.awaiting(make_user("chief")).exists()


def test_reviewer_who_returned_it_can_approve() -> None:
    follow_up = make_follow_up(state="submitted")
    with written_by("chief"):
        review.return_to_author([follow_up.pk], by=make_user("chief"), note="补充")
    review.submit([follow_up.pk], by=make_user("editor"))
    approved_by_sql(follow_up)
    assert reloaded(follow_up).state == "approved"


def test_writers_are_not_taken_out(write: Write) -> None:
    follow_up = make_follow_up(state="draft")
    write(follow_up, writers=[])
    assert reloaded(follow_up).writers == [make_user("editor").pk]


# Status of the pledge


def test_status_is_that_of_the_latest_as_of_day() -> None:
    pledge = make_pledge()
    make_follow_up(pledge, "in_progress", as_of="2025-03-31")
    make_follow_up(pledge, "met", as_of="2026-01-31")
    late = make_follow_up(pledge, "in_progress", as_of="2025-06-30")
    assert status_of(pledge) == ("met", date(2026, 1, 31), TODAY)
    assert (late.previous_status, late.resulting_status) == ("met", "met")


def test_status_of_one_day_is_that_of_the_later_approval() -> None:
    pledge = make_pledge()
    first = make_follow_up(pledge, "met", state="submitted")
    second = make_follow_up(pledge, "in_progress", state="submitted")
    approved_by_sql(second)
    approved_by_sql(first)
    assert status_of(pledge) == ("met", date(2025, 12, 31), TODAY)
    assert [(each.previous_status, each.resulting_status) for each in (reloaded(second), reloaded(first))] == [
        ("unchecked", "in_progress"),
        ("in_progress", "met"),
    ]


def test_correction_replaces_a_follow_up_of_a_later_day() -> None:
    pledge = make_pledge()
    make_follow_up(pledge, "in_progress", as_of="2025-06-30")
    wrong = make_follow_up(pledge, "met", as_of="2026-01-31")
    correction = make_follow_up(pledge, "missed", as_of="2025-12-31", supersedes=wrong)
    assert status_of(pledge) == ("missed", date(2025, 12, 31), TODAY)
    assert (correction.previous_status, correction.resulting_status) == ("met", "missed")


def test_correction_of_an_earlier_day_leaves_the_status_to_the_others() -> None:
    pledge = make_pledge()
    other = make_follow_up(pledge, "in_progress", as_of="2025-06-30")
    wrong = make_follow_up(pledge, "met", as_of="2026-01-31")
    correction = make_follow_up(pledge, "unverifiable", as_of="2025-03-31", supersedes=wrong)
    assert status_of(pledge) == ("in_progress", date(2025, 6, 30), TODAY)
    assert (correction.previous_status, correction.resulting_status) == ("met", "in_progress")
    assert correction.outranked_by == other


def test_follow_up_is_corrected_only_once() -> None:
    wrong = make_follow_up()
    second = make_follow_up(wrong.pledge, "in_progress", state="submitted", supersedes=wrong)
    make_follow_up(wrong.pledge, "missed", supersedes=wrong)
    with assert_violates("follow_up_superseded_once"):
        approved_by_sql(second)


def test_correction_of_other_than_an_approved_follow_up_of_the_pledge_is_rejected(write: Write) -> None:
    draft = make_follow_up(state="draft")
    others = [make_follow_up(draft.pledge, state="submitted"), make_follow_up(make_pledge("yl-2")), draft]
    for other in others:
        with assert_violates("follow_up_supersedes_approved"):
            write(reloaded(draft), supersedes_id=other.pk)


def test_one_sql_statement_can_approve_several_follow_ups_of_a_pledge() -> None:
    pledge = make_pledge()
    approved_by_sql(*[make_follow_up(pledge, status, state="submitted") for status in ("in_progress", "met", "missed")])
    newest = FollowUp.objects.newest_first()[0]
    assert status_of(pledge) == (newest.status, newest.as_of, TODAY)
    chain = list(FollowUp.objects.order_by("reviewed_at"))
    statuses = [each.status for each in chain]
    assert [each.resulting_status for each in chain] == statuses
    assert [each.previous_status for each in chain] == ["unchecked", *statuses[:-1]]


def test_status_stays_when_drafts_are_deleted() -> None:
    approved = make_follow_up()
    make_follow_up(approved.pledge, "missed", state="draft")
    FollowUp.objects.filter(state="draft").delete()
    assert status_of(approved.pledge) == ("met", date(2025, 12, 31), TODAY)


@pytest.mark.parametrize("state", ["draft", "submitted", "returned"])
def test_follow_up_without_approval_leaves_status_unchecked(state: str) -> None:
    assert status_of(make_follow_up(state=state).pledge) == ("unchecked", None, None)


@pytest.mark.parametrize(
    "changes",
    [{"status": "missed"}, {"status_since": YESTERDAY}, {"last_checked_on": None}, {"current_follow_up": None}],
)
def test_status_written_directly_is_rejected(changes: dict[str, Any]) -> None:
    pledge = make_follow_up().pledge
    with assert_violates("pledge_status_from_follow_up"):
        Pledge.objects.filter(pk=pledge.pk).update(**changes)
    for field, value in changes.items():
        setattr(pledge, field, value)
    with assert_violates("pledge_status_from_follow_up"):
        pledge.save()


def test_new_pledge_with_status_is_rejected() -> None:
    for changes in ({"status": "met"}, {"status_since": TODAY}, {"last_checked_on": TODAY}):
        with assert_violates("pledge_status_from_follow_up"):
            make_pledge(**changes)


def test_reviewed_at_increases_even_if_clock_was_set_back() -> None:
    pledge = make_follow_up().pledge
    ahead = timezone.now() + timedelta(hours=1)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE pledges_followup DISABLE TRIGGER USER")
        cursor.execute("UPDATE pledges_followup SET reviewed_at = %s", [ahead])
        cursor.execute("ALTER TABLE pledges_followup ENABLE TRIGGER USER")
    correction = make_follow_up(pledge, "missed")
    assert correction.reviewed_at is not None
    assert correction.reviewed_at > ahead
    assert status_of(pledge)[0] == "missed"


def test_derived_columns_can_not_be_written(write: Write) -> None:
    first = make_follow_up()
    draft = make_follow_up(first.pledge, "missed", state="draft")
    written = {"previous_status": "met", "resulting_status": "met", "version": 99}
    write(draft, submitted_at=timezone.now(), reviewed_at=timezone.now(), **written)
    found = reloaded(draft)
    assert (found.previous_status, found.resulting_status, found.submitted_at, found.reviewed_at) == (None,) * 4
    assert found.version < 99
    forged = FollowUp.objects.create(
        pledge=first.pledge, status="met", author=first.author, reviewed_at=timezone.now(), **written
    )
    forged = reloaded(forged)
    assert (forged.previous_status, forged.resulting_status, forged.reviewed_at, forged.version) == (
        None,
        None,
        None,
        1,
    )


# Changes of assessed pledges


def test_dimension_under_an_open_follow_up_can_not_change() -> None:
    pledge = submitted(actual=390).pledge
    dimension = make_dimension("schools", base_unit="所")
    with assert_violates("follow_up_unit_fits_pledge"):
        Pledge.objects.filter(pk=pledge.pk).update(unit=make_unit("所", dimension=dimension, factor=1))
    Pledge.objects.filter(pk=pledge.pk).update(unit=make_unit("万元", factor=10_000))
    for symbol in ("亿元", "万元"):
        with assert_violates("follow_up_unit_fits_pledge"):
            Unit.objects.filter(symbol=symbol).update(dimension=dimension)
    Unit.objects.filter(symbol__in=["亿元", "万元"]).update(dimension=dimension)


def test_follow_up_that_no_longer_fits_can_be_returned_and_deleted() -> None:
    follow_up = submitted(status="missed")
    Pledge.objects.update(deadline=TOMORROW)
    with assert_violates("follow_up_missed_only_after_deadline"):
        approved_by_sql(follow_up)
    by_bulk_update(follow_up, state="returned", reviewer_id=make_user("chief").pk, review_note="目标延期了")
    with assert_violates("follow_up_missed_only_after_deadline"):
        by_bulk_update(follow_up, state="submitted")
    reloaded(follow_up).delete()


# Supersession


def test_cycle_of_supersession_is_rejected() -> None:
    first, second, third = make_pledge("a"), make_pledge("b"), make_pledge("c")
    with assert_violates("pledge_not_its_own_successor"):
        Pledge.objects.filter(pk=first.pk).update(supersedes=[first.ref])
    Pledge.objects.filter(pk=second.pk).update(supersedes=[first.ref])
    Pledge.objects.filter(pk=third.pk).update(supersedes=[second.ref])
    with assert_violates("pledge_not_its_own_successor"):
        Pledge.objects.filter(pk=first.pk).update(supersedes=[third.ref])
    assert list(first.superseded_by.all()) == [second]


def test_cycle_closed_by_one_sql_statement_is_rejected() -> None:
    make_pledge("a")
    make_pledge("b")
    with assert_violates("pledge_not_its_own_successor"), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pledges_pledge one SET supersedes = ARRAY[other.ref] FROM pledges_pledge other"
            " WHERE one.id <> other.id"
        )


@pytest.mark.parametrize("state", ReviewState.values)
def test_fulfilled_check_constraints_are_validated_by_one_query(state: str) -> None:
    follow_up = make_follow_up(actual=390, state=state)
    with CaptureQueriesContext(connection) as captured:
        follow_up.validate_constraints()
        follow_up.pledge.validate_constraints(exclude={"deadline"})
    condition_of_unique_constraint = 1
    assert sum("_check" in query["sql"] for query in captured) == 2 + condition_of_unique_constraint


def test_each_violated_constraint_is_named() -> None:
    follow_up = make_follow_up(actual=390)
    follow_up.status, follow_up.unit = "unchecked", None
    with pytest.raises(ValidationError) as caught:
        follow_up.validate_constraints()
    assert len(caught.value.messages) == 2
    follow_up.validate_constraints(exclude={"status", "unit"})


@pytest.mark.parametrize(
    "change", [{"value": 50}, {"quote": "年度计划投资50亿元"}, {"statement": "another"}, {"deadline": "2025-11-30"}]
)
def test_follow_up_of_pledge_that_was_changed_since_is_not_approved(change: dict[str, Any]) -> None:
    if "statement" in change:
        change = {"statement": make_statement(official=make_official("令狐冲"))}
    follow_up = submitted(status="in_progress", as_of="2025-06-30")
    Pledge.objects.update(**change)
    with assert_violates("follow_up_of_unchanged_pledge"):
        approved_by_sql(follow_up)
    with pytest.raises(ReviewError) as error:
        review.approve([follow_up.pk], by=make_user("chief"))
    assert error.value.messages(follow_up.pk) == [violation_messages()["follow_up_of_unchanged_pledge"]]

    review.return_to_author([follow_up.pk], by=make_user("chief"), note="目标有变")
    review.submit([follow_up.pk], by=make_user("editor"))
    review.approve([follow_up.pk], by=make_user("chief"))


def test_follow_up_of_pledge_published_since_is_approved() -> None:
    follow_up = submitted(pledge=make_pledge(state="draft"))
    Pledge.objects.update(state="published", note="核对过")
    approved_by_sql(follow_up)
