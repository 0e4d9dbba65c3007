"""A revision names all pledges that show a changed row, also those that other transactions commit before it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.db.models import Value
from django.db.models.functions import Concat

from pledges.models import (
    Change,
    District,
    Document,
    Evidence,
    FollowUp,
    Metric,
    Official,
    Pledge,
    Post,
    Revision,
    Statement,
    Unit,
)
from pledges.models.change_log import ChangedRow, LogCursor
from pledges.models.choices import ReviewState
from pledges.models.metric import Topic
from pledges.models.unit import Dimension
from tests.factories import (
    Record,
    make_document,
    make_follow_up,
    make_official,
    make_pledge,
    make_post,
    make_record,
    make_statement,
    make_topic,
    make_user,
)
from tests.failures.test_commit_order import wait_for_a_lock
from tests.violations import assert_violates

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

Edit = Callable[[Record], Any]
Entry = tuple[str, str | None, str | None]
INVESTMENT, NEW = "yl-2025-001", "new"


def entries_of_overtaken(record: Record, edit: Edit, overtaking: Edit) -> list[Entry]:
    """Run an edit, commit another one on a second connection, commit the first, and return the entries of the first."""

    def overtake() -> None:
        try:
            with transaction.atomic():
                overtaking(record)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as threads, transaction.atomic():
        edit(record)
        threads.submit(overtake).result(timeout=20)
        newest = Revision.objects.exclude(number=None).latest("number")
    entries = Change.objects.after(LogCursor(newest.number or 0, "~"), 100)
    return [(entry.ref, entry.previous_status, entry.status) for entry in entries]


def changed(ref: str, status: str = "unchecked") -> Entry:
    return ref, status, status


def update(model: Any, **values: Any) -> Edit:
    """Return an edit of all rows of a model."""
    return lambda _record: model.objects.update(**values)


def set_state(ref: str, state: str) -> Edit:
    return lambda _record: Pledge.objects.filter(ref=ref).update(state=state)


SOURCES = ("statement", "district", "metric", "unit")


def publish_new(record: Record, **fields: Any) -> Pledge:
    """Publish a pledge that shows the same rows as `record.investment`."""
    return make_pledge(NEW, **{name: getattr(record.investment, name) for name in SOURCES} | fields)


def move_growth(record: Record) -> None:
    """Let a pledge show the same rows as `record.investment`."""
    Pledge.objects.filter(pk=record.growth.pk).update(
        measure="increase", **{name: getattr(record.investment, name) for name in SOURCES}
    )


# For each row that `record.investment` shows: its model, the lookup of the pledge, and a change.
EMBEDDED_ROWS: dict[str, tuple[Any, str, dict[str, Any]]] = {
    "district": (District, "pledges", {"name_en": "Cloud Ridge"}),
    "post": (Post, "statements__pledges", {"title": "市长"}),
    "document": (Document, "statements__pledges", {"title": "头版"}),
    "statement": (Statement, "pledges", {"headline": "实干"}),
    "metric": (Metric, "pledges", {"direction": "less"}),
    "topic": (Topic, "metrics__pledges", {"name_en": "Development"}),
    "dimension": (Dimension, "units__pledges", {"base_unit": "圆"}),
    "unit": (Unit, "pledges", {"name_en": "yuan"}),
    "official": (Official, "statements__pledges", {"name": "张君宝"}),
}


def change_embedded_row(name: str) -> Edit:
    model, lookup, values = EMBEDDED_ROWS[name]
    return lambda record: model.objects.filter(**{lookup: record.investment}).update(**values)


def without(*names: str) -> pytest.MarkDecorator:
    """Parametrize with the changes of all other rows."""
    return pytest.mark.parametrize(
        "edit", [pytest.param(change_embedded_row(name), id=name) for name in EMBEDDED_ROWS if name not in names]
    )


def assert_waits(record: Record, edit: Edit, other: Edit) -> None:
    """Assert that another change waits for the commit of an edit."""

    def change() -> None:
        try:
            with transaction.atomic():
                other(record)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            edit(record)
            waiting = threads.submit(change)
            wait_for_a_lock()
            assert not waiting.done()
        waiting.result(timeout=20)


EDITS = [pytest.param(change_embedded_row(name), id=name) for name in EMBEDDED_ROWS]
embedded_row = pytest.mark.parametrize("edit", EDITS)
# The search text of pledges contains the name of the official, so both wait for each other: test_derived_columns.py.
embedded_row_except_official = pytest.mark.parametrize("edit", EDITS[:-1])


def test_change_of_private_post_names_pledge_that_was_published_before_commit() -> None:
    record = make_record()
    make_pledge(NEW, statement=make_statement(official=make_official("新"), post=make_post("新")), state="draft")
    rename = update(Post, title=Concat("title", Value("兼")))
    assert changed(NEW) in entries_of_overtaken(record, rename, set_state(NEW, "published"))


LOCKED = ("district", "document", "statement", "metric", "unit")


@without("official", *LOCKED)
def test_embedded_row_change_names_pledge_that_was_published_before_commit(edit: Edit) -> None:
    assert changed(NEW) in entries_of_overtaken(make_record(), edit, publish_new)


@without("official", *LOCKED)
def test_embedded_row_change_names_pledge_that_was_moved_before_commit(edit: Edit) -> None:
    record = make_record()
    other = make_statement(document=make_document("yunling-daily-9"), official=make_official("李逍遥"))
    Pledge.objects.filter(pk=record.growth.pk).update(statement=other)
    assert changed(record.growth.ref) in entries_of_overtaken(record, edit, move_growth)


@embedded_row_except_official
def test_embedded_row_change_omits_pledge_that_was_withdrawn_before_commit(edit: Edit) -> None:
    entries = entries_of_overtaken(make_record(), edit, set_state(INVESTMENT, "retracted"))
    assert INVESTMENT not in [ref for ref, _previous, _status in entries]


@without("official", "post", "dimension", *LOCKED)
def test_embedded_row_change_has_status_that_was_approved_before_commit(edit: Edit) -> None:
    entries = entries_of_overtaken(make_record(), edit, lambda record: make_follow_up(record.investment, "met"))
    assert changed(INVESTMENT, "met") in entries


def test_topic_change_names_pledges_of_metric_that_joined_it_before_commit() -> None:
    record = make_record()
    other = make_topic("other")
    entries = entries_of_overtaken(record, update(Topic, name_en="x"), update(Metric, topic=other))
    assert changed(INVESTMENT) in entries


@pytest.mark.parametrize("name", LOCKED)
def test_publication_waits_for_change_from_which_verdicts_follow(name: str) -> None:
    assert_waits(make_record(), change_embedded_row(name), publish_new)


@pytest.mark.parametrize("name", ["post", "dimension", *LOCKED])
def test_approval_waits_for_change_from_which_verdicts_follow_and_is_rejected(name: str) -> None:
    record = make_record()
    draft = make_follow_up(record.investment, actual=390, state=ReviewState.SUBMITTED)

    def approve(_record: Record) -> None:
        with assert_violates("follow_up_of_unchanged_pledge"):
            FollowUp.objects.filter(pk=draft.pk).update(state="approved", reviewer=make_user("chief"))

    assert_waits(record, change_embedded_row(name), approve)


def test_publication_waits_for_that_of_its_successor() -> None:
    record = make_record()
    set_state(INVESTMENT, "draft")(record)
    assert_waits(
        record, lambda record: publish_new(record, supersedes=record.investment), set_state(INVESTMENT, "published")
    )


@pytest.mark.parametrize("state", ["published", "retracted"])
def test_publication_of_successor_waits_for_publication_and_withdrawal(state: str) -> None:
    record = make_record()
    if state == "published":
        set_state(INVESTMENT, "draft")(record)
    assert_waits(record, set_state(INVESTMENT, state), lambda record: publish_new(record, supersedes=record.investment))


def test_approval_waits_for_withdrawal_of_successor() -> None:
    record = make_record()
    publish_new(record, supersedes=record.investment)
    assert_waits(record, set_state(NEW, "retracted"), lambda record: make_follow_up(record.investment, "met"))


def test_published_statement_names_pledge_whose_evidence_was_approved_before_commit() -> None:
    record = make_record()
    report = make_statement(document=make_document("yunling-daily-3"))
    follow_up = make_follow_up(record.schools, state="draft", evidence=False)
    Evidence.objects.create(follow_up=follow_up, statement=report)

    def approve(_record: Record) -> None:
        FollowUp.objects.update(state="submitted")
        FollowUp.objects.update(state="approved", reviewer=make_user("chief"))

    entries = entries_of_overtaken(record, lambda record: publish_new(record, statement=report), approve)
    assert entries == [(NEW, None, "unchecked"), changed(record.schools.ref, "met")]


def test_row_that_changes_after_the_number_is_assigned_is_logged() -> None:
    """`SET CONSTRAINTS` can assign the number in the middle of a transaction."""
    record = make_record()
    newest = Revision.objects.latest("number")
    with transaction.atomic(), connection.cursor() as cursor:
        update(Post, title=Concat("title", Value("兼")))(record)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        publish_new(record)
        update(Topic, name_en="x")(record)
    revision = Revision.objects.get(number__gt=newest.number)
    assert set(revision.changes.values_list("ref", flat=True)) == set(Pledge.objects.values_list("ref", flat=True))
    assert not ChangedRow.objects.exists()


@embedded_row
@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_public_change_is_rejected_in_transaction_with_old_snapshot(level: str, edit: Edit) -> None:
    record = make_record()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET TRANSACTION ISOLATION LEVEL {level}")
        publish_new(record, state="draft")  # not public
        with assert_violates("public_change_at_read_committed"):
            edit(record)
        with assert_violates("public_change_at_read_committed"):
            set_state(INVESTMENT, "retracted")(record)
        with assert_violates("public_change_at_read_committed"):
            set_state(NEW, "published")(record)
