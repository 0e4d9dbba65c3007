"""Derived columns of a pledge follow from the committed rows, also if a pledge and such a row change concurrently."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.db import connections, transaction

from pledges.importer.loader import load
from pledges.integrity.invariants import INVARIANTS, violations
from pledges.models import District, Metric, Official, Pledge, Statement, Unit
from tests.factories import Record, make_document, make_official, make_record, make_statement
from tests.failures.test_commit_order import wait_for_a_lock
from tests.failures.test_overtaken_changes import move_growth, publish_new
from tests.importer.pages import lines

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

Edit = Callable[[Record], Any]


@pytest.fixture(autouse=True)
def _check_invariants() -> Iterator[None]:
    yield
    assert [str(violation) for violation in violations(INVARIANTS)] == []


def load_new(record: Record) -> None:
    with TemporaryDirectory() as folder:
        load([lines(Path(folder), {"ref": "new", "document": "yunling-daily-1"})])


def change_unit(record: Record) -> None:
    Unit.objects.filter(pk=record.investment.unit_id).update(numerator=7)


def rename_metric(record: Record) -> None:
    Metric.objects.filter(pk=record.investment.metric_id).update(name="投资")


def rename_district(record: Record) -> None:
    District.objects.filter(pk=record.city.pk).update(aliases=["云"])


def rename_official(record: Record) -> None:
    Official.objects.filter(statements=record.investment.statement_id).update(name="李逍遥")


def reassign_statement_to_head(record: Record) -> None:
    Statement.objects.filter(pk=record.investment.statement_id).update(official=record.schools.statement.official)


def rename_head(record: Record) -> None:
    Official.objects.filter(statements=record.schools.statement_id).update(name="李逍遥")


@pytest.mark.parametrize("is_source_first", [True, False])
@pytest.mark.parametrize("change_pledge", [publish_new, move_growth, load_new])
@pytest.mark.parametrize(
    "change_source", [change_unit, rename_metric, rename_district, rename_official, reassign_statement_to_head]
)
def test_pledge_is_derived_from_row_that_changes_concurrently(
    change_source: Edit, change_pledge: Edit, *, is_source_first: bool
) -> None:
    record = make_record()
    elsewhere = make_statement(document=make_document("yunling-daily-9"), official=make_official("王五"))
    Pledge.objects.filter(pk=record.growth.pk).update(statement=elsewhere)
    both = [change_source, change_pledge]
    run_second_while_first_waits(record, *(both if is_source_first else reversed(both)))


@pytest.mark.parametrize(
    "edits", [(rename_head, reassign_statement_to_head), (reassign_statement_to_head, rename_head)]
)
def test_pledge_is_derived_from_official_who_is_renamed_concurrently(edits: tuple[Edit, Edit]) -> None:
    record = make_record()
    run_second_while_first_waits(record, *edits)
    assert "李逍遥" in Pledge.objects.get(pk=record.investment.pk).search_text


def run_second_while_first_waits(record: Record, first: Edit, second: Edit) -> None:
    """Commit the first edit only when the second one waits for a lock."""

    def change_second() -> None:
        try:
            second(record)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            first(record)
            waiting = threads.submit(change_second)
            wait_for_a_lock()
        waiting.result()
