"""The change log has an entry for every public change of a pledge and of the rows that the API embeds in it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from pledges.models import (
    Body,
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
from pledges.models.change_log import LogCursor
from pledges.models.metric import Topic
from pledges.models.unit import Dimension
from pledges.workflow import review
from pledges.workflow.amendments import approve, propose, row_change
from tests.commits import commit
from tests.factories import (
    Record,
    make_body,
    make_dimension,
    make_district,
    make_document,
    make_follow_up,
    make_official,
    make_pledge,
    make_post,
    make_statement,
    make_topic,
    make_unit,
    make_user,
)
from tests.violations import assert_violates

pytestmark = pytest.mark.django_db
Entry = tuple[str, str, str | None, str | None]
INVESTMENT, SCHOOLS, GROWTH = "yl-2025-001", "yl-2026-001", "yl-2025-002"


def sql(text: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text, parameters)


def entries_logged_by(act: Callable[[], Any]) -> list[Entry]:
    """Run an action in a transaction, and return the entries that it adds to the change log."""
    commit()
    newest = Revision.objects.latest("number")
    act()
    commit()
    entries = list(Change.objects.after(LogCursor(newest.number or 0, "~"), 100))
    assert len({entry.revision_id for entry in entries}) <= 1
    return [(entry.ref, str(entry.kind), entry.previous_status, entry.status) for entry in entries]


def changed(*refs: str, status: str = "unchecked") -> list[Entry]:
    return [(ref, "changed", status, status) for ref in sorted(refs)]


def revisions(act: Callable[[], Any]) -> int:
    """Run an action in a transaction, and return the number of revisions that it creates."""
    before = Revision.objects.count()
    entries_logged_by(act)
    return Revision.objects.count() - before


def update(row: Any, **values: Any) -> Callable[[], Any]:
    return lambda: type(row).objects.filter(pk=row.pk).update(**values)


def test_published_pledge_is_logged_as_created(record: Record) -> None:
    assert entries_logged_by(lambda: make_pledge("new")) == [("new", "created", None, "unchecked")]
    assert entries_logged_by(lambda: make_pledge("draft", state="draft")) == []
    draft = Pledge.objects.get(ref="draft")
    assert entries_logged_by(update(draft, note="x")) == []
    assert entries_logged_by(update(draft, state="published")) == [("draft", "created", None, "unchecked")]


def test_unpublished_or_deleted_pledge_is_logged_as_withdrawn(record: Record) -> None:
    withdrawal = ("withdrawn", "unchecked", None)
    assert entries_logged_by(update(record.growth, state="retracted")) == [(GROWTH, *withdrawal)]
    assert entries_logged_by(update(record.schools, state="draft")) == [(SCHOOLS, *withdrawal)]
    assert entries_logged_by(lambda: sql("DELETE FROM pledges_pledge")) == [(INVESTMENT, *withdrawal)]


def test_transaction_logs_only_its_final_result(record: Record) -> None:
    def create_and_delete() -> None:
        make_pledge("moment")
        sql("DELETE FROM pledges_pledge WHERE ref = 'moment'")

    def hide_and_publish() -> None:
        update(record.growth, state="draft")()
        update(record.growth, state="published")()

    def create_and_change() -> None:
        make_pledge("new")
        sql("UPDATE pledges_pledge SET note = 'x' WHERE ref = 'new'")

    assert entries_logged_by(create_and_delete) == []
    assert entries_logged_by(hide_and_publish) == changed(GROWTH)
    assert entries_logged_by(create_and_change) == [("new", "created", None, "unchecked")]


def test_moved_pledge_logs_both_districts(record: Record) -> None:
    districts = Change.objects.order_by("-pk").values_list("previous_district__slug", "district__slug")
    entries_logged_by(update(record.schools, district=record.zone))
    assert districts[0] == ("shanyin", "yunling-etdz")
    entries_logged_by(lambda: make_pledge("new", district=record.county))
    assert districts[0] == (None, "shanyin")
    entries_logged_by(update(Pledge.objects.get(ref="new"), state="draft", district=record.zone))
    assert districts[0] == ("shanyin", "yunling-etdz")


def test_approval_is_logged_as_status_change(record: Record) -> None:
    assert entries_logged_by(lambda: make_follow_up(record.investment, "met", state="submitted")) == []
    approve = [(INVESTMENT, "status_changed", "unchecked", "met")]
    pk = FollowUp.objects.get().pk
    assert entries_logged_by(lambda: review.approve([pk], by=make_user("chief"))) == approve
    assert entries_logged_by(lambda: make_follow_up(record.investment, "met")) == changed(INVESTMENT, status="met")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("quote", "x"),
        ("label", "x"),
        ("value", 386),
        ("value_max", 400),
        ("bound", "about"),
        ("measure", "level"),
        ("baseline", 1),
        ("year", 2024),
        ("deadline", None),
        ("strength", "planned"),
        ("tier", "optional"),
        ("success_criterion", "x"),
        ("note", "x"),
        ("created_at", timezone.now()),
    ],
)
def test_public_column_change_is_logged(record: Record, column: str, value: Any) -> None:
    assert entries_logged_by(update(record.investment, **{column: value})) == changed(INVESTMENT)


def test_private_column_change_creates_no_revision(record: Record) -> None:
    def change_private_columns() -> None:
        update(record.investment, assignee=make_user("editor"))()
        update(record.investment, loaded_from="x", edited_fields=["note"])()
        update(record.investment, note=record.investment.note)()
        sql("UPDATE pledges_pledge SET ref = ref")
        sql("UPDATE pledges_district SET name = name")
        sql("UPDATE pledges_document SET text = 'x', edited_fields = '{title}'")
        sql("INSERT INTO pledges_topic (slug, name, name_en) SELECT 'x', 'x', '' WHERE false")

    assert revisions(change_private_columns) == 0


@pytest.mark.parametrize(
    ("model", "values", "refs"),
    [
        (District, {"name": "云岭"}, [INVESTMENT]),
        (District, {"name_en": "Cloud Ridge"}, [INVESTMENT]),
        (District, {"kind": "district"}, [INVESTMENT]),
        (District, {"code": "990102"}, [INVESTMENT]),
        (District, {"aliases": ["云"]}, [INVESTMENT]),
        (Official, {"name": "张君宝"}, [INVESTMENT, GROWTH]),
        (Post, {"title": "市长"}, [INVESTMENT, GROWTH]),
        (Body, {"name": "教育局"}, [SCHOOLS]),
        (Document, {"title": "头版"}, [INVESTMENT, GROWTH]),
        (Document, {"publisher": "日报社"}, [INVESTMENT, GROWTH]),
        (Document, {"date": "2025-02"}, [INVESTMENT, GROWTH]),
        (Document, {"url": "https://news.example/1"}, [INVESTMENT, GROWTH]),
        (Statement, {"headline": "实干"}, [INVESTMENT, GROWTH]),
        (Metric, {"name": "投资"}, [INVESTMENT]),
        (Metric, {"name_en": "Investment"}, [INVESTMENT]),
        (Metric, {"direction": "less"}, [INVESTMENT]),
        (Unit, {"numerator": 1}, [INVESTMENT]),
        (Topic, {"name": "发展"}, [INVESTMENT, GROWTH]),
        (Dimension, {"base_unit": "圆"}, [INVESTMENT]),
    ],
    ids=str,
)
def test_embedded_row_change_is_logged_for_its_published_pledges(
    record: Record, model: Any, values: dict[str, Any], refs: list[str]
) -> None:
    embedded_rows: dict[Any, Any] = {
        District: record.city,
        Body: Body.objects.get(posts__statements=record.schools.statement),
        Official: record.investment.statement.official,
        Post: record.investment.statement.post,
        Document: record.investment.statement.document,
        Statement: record.investment.statement,
        Metric: record.investment.metric,
        Unit: record.investment.unit,
        Topic: record.investment.metric.topic,
        Dimension: record.investment.unit.dimension,
    }
    make_pledge("draft", statement=record.investment.statement, state="draft")
    assert entries_logged_by(update(embedded_rows[model], **values)) == changed(*refs)


def test_change_of_the_body_that_made_a_statement_is_logged(record: Record) -> None:
    body = make_body("云岭市人民政府")
    assert entries_logged_by(update(record.investment.statement, body=body)) == changed(INVESTMENT, GROWTH)
    assert entries_logged_by(update(body, name="云岭市政府")) == changed(INVESTMENT, GROWTH)
    assert Pledge.objects.search("云岭市政府").count() == 2


def test_foreign_key_change_is_logged(record: Record) -> None:
    statement = record.investment.statement
    other = make_post("县长", district=record.county)
    assert entries_logged_by(update(record.growth, district=record.county)) == changed(GROWTH)
    assert entries_logged_by(update(record.growth, statement=record.schools.statement)) == changed(GROWTH)
    assert entries_logged_by(update(statement, post=other)) == changed(INVESTMENT)
    assert entries_logged_by(update(other, body=make_body())) == changed(INVESTMENT)
    assert entries_logged_by(update(record.growth, responsible_bodies=[make_body("水利局").slug])) == changed(GROWTH)
    assert entries_logged_by(update(Body.objects.get(name="水利局"), name="水务局")) == changed(GROWTH)
    assert entries_logged_by(update(statement, official=make_official("李逍遥"))) == changed(INVESTMENT)
    assert entries_logged_by(update(record.county, parent=record.zone)) == changed(SCHOOLS, GROWTH)
    assert entries_logged_by(update(record.investment.metric, topic=make_topic("other"))) == changed(INVESTMENT)


def test_unit_of_actual_figure_change_is_logged(record: Record) -> None:
    other = make_unit("万元", factor=10_000)
    make_follow_up(record.investment, actual=3_900_000, unit=other)
    amendment = propose([row_change(other, {"numerator": 10_001})], reason="换算有误", by=make_user("editor"))
    assert entries_logged_by(lambda: approve(amendment, by=make_user("chief"))) == changed(INVESTMENT, status="met")


def test_supersession_is_logged_for_both_pledges(record: Record) -> None:
    created, withdrawal = ("later", "created", None, "unchecked"), ("later", "withdrawn", "unchecked", None)
    assert entries_logged_by(lambda: make_pledge("later", supersedes=record.growth)) == [created, *changed(GROWTH)]
    later = Pledge.objects.get(ref="later")
    assert entries_logged_by(update(later, state="draft")) == [withdrawal, *changed(GROWTH)]
    assert entries_logged_by(update(later, supersedes=[record.schools.ref])) == []
    assert entries_logged_by(update(later, state="published")) == [created, *changed(SCHOOLS)]
    assert entries_logged_by(update(later, supersedes=[record.growth.ref])) == changed("later", GROWTH, SCHOOLS)
    hidden = entries_logged_by(update(record.growth, state="retracted"))
    assert hidden == [*changed("later"), (GROWTH, "withdrawn", "unchecked", None)]
    assert entries_logged_by(lambda: sql("DELETE FROM pledges_pledge WHERE ref = 'later'")) == [withdrawal]


def test_statement_as_evidence_is_logged_when_it_becomes_public_or_private(record: Record) -> None:
    statement = make_statement(document=make_document("yunling-daily-3"), official=make_official("李逍遥"))
    follow_up = make_follow_up(record.investment, state="draft", evidence=False)
    Evidence.objects.create(follow_up=follow_up, statement=statement)
    review.submit([follow_up.pk], by=make_user("editor"))
    review.approve([follow_up.pk], by=make_user("chief"))
    report = entries_logged_by(lambda: make_pledge("report", statement=statement))
    assert report == [("report", "created", None, "unchecked"), *changed(INVESTMENT, status="met")]
    hidden = entries_logged_by(update(Pledge.objects.get(ref="report"), state="draft"))
    assert hidden == [("report", "withdrawn", "unchecked", None), *changed(INVESTMENT, status="met")]


@pytest.mark.parametrize(
    "act",
    [
        lambda: make_topic("new"),
        lambda: make_dimension("new"),
        lambda: make_unit("新"),
        lambda: make_district("new"),
        lambda: sql("DELETE FROM pledges_district WHERE slug = 'empty'"),
    ],
)
def test_row_without_pledges_creates_a_revision_without_entries(record: Record, act: Callable[[], Any]) -> None:
    make_district("empty")
    assert revisions(act) == 1
    assert entries_logged_by(act) == []


@pytest.mark.parametrize(
    "act",
    [
        lambda: make_official("新"),
        lambda: make_post("新"),
        lambda: make_document("new"),
        lambda: sql("UPDATE pledges_official SET name = '改' WHERE slug = 'unused'"),
        lambda: sql("DELETE FROM pledges_official WHERE slug = 'unused'"),
        lambda: make_pledge("draft", state="draft"),
        lambda: make_follow_up(Pledge.objects.get(ref="hidden")),
    ],
)
def test_change_that_is_not_public_creates_no_revision(record: Record, act: Callable[[], Any]) -> None:
    make_official("unused")
    make_pledge("hidden", state="draft")
    entries_logged_by(lambda: None)
    assert revisions(act) == 0


def test_entry_keeps_the_district_at_the_time_of_the_change(record: Record) -> None:
    entries_logged_by(update(record.investment, note="x"))
    first = Change.objects.latest("pk")
    entries_logged_by(update(record.investment, district=record.county))
    second = Change.objects.latest("pk")
    assert (first.district, second.district) == (record.city, record.county)


def test_change_rolled_back_to_savepoint_is_not_logged(record: Record) -> None:
    def act() -> None:
        with transaction.atomic():
            update(record.investment, note="x")()
            transaction.set_rollback(True)
        update(record.growth, note="x")()
        with transaction.atomic():
            update(record.schools, note="x")()
            transaction.set_rollback(True)

    assert entries_logged_by(act) == changed(GROWTH)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE pledges_change SET ref = 'x'",
        "DELETE FROM pledges_change",
        "UPDATE pledges_revision SET at = now()",
        "DELETE FROM pledges_revision",
    ],
)
def test_log_update_or_delete_is_rejected(record: Record, statement: str) -> None:
    commit()
    with assert_violates("change_log_is_append_only"):
        sql(statement)
