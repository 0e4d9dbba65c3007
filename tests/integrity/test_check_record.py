"""Violate each invariant without triggers and constraints, as a restore or SQL can, and expect that it is found."""

import hashlib
from io import StringIO
from typing import NamedTuple

import pghistory
import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django.fixtures import Settings

from pledges.integrity.invariants import INVARIANTS, violations
from pledges.integrity.schema_drift import missing_or_disabled_rules
from pledges.models import Evidence, FollowUp, StoredFile
from pledges.models.triggers.follow_up import EnforceReviewWorkflow
from pledges.workflow import review
from pledges.workflow.amendments import approve, propose, row_change
from pledges.workflow.merge_proposals import propose_merge
from tests.factories import (
    make_follow_up,
    make_official,
    make_pledge,
    make_record,
    make_statement,
    make_unit,
    make_user,
    merge_rows,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

TRIGGER = EnforceReviewWorkflow().get_pgid(FollowUp)  # type: ignore[arg-type]
RULE = "pledges_followup.enforce_review_workflow"
INVARIANTS_BY_NAME = {invariant.name: invariant for invariant in INVARIANTS}


class Damage(NamedTuple):
    invariant: str
    sql: str
    subject: str
    obstacle: str = ""  # a constraint that has to be dropped first


DAMAGES = [
    Damage("references_exist", "UPDATE pledges_evidence SET follow_up_id = 0", "evidence ", "follow_up_id"),
    Damage(
        "references_exist",
        "UPDATE pledges_evidence SET file_id = 'x' WHERE file_id IS NOT NULL",
        "evidence ",
        "file_id",
    ),
    Damage("references_exist", "UPDATE pledges_followup SET pledge_id = 0", "follow-up ", "pledge_id"),
    Damage("search_text", "UPDATE pledges_metric SET name_en = 'other'", "metric "),
    Damage("search_text", "UPDATE pledges_pledge SET label = '其他' WHERE ref = 'met'", "met"),
    Damage("redirects", "INSERT INTO pledges_redirect VALUES (0, 'unit', '兆', '亿', 1)", "redirect of unit 兆"),
    Damage("redirects", "INSERT INTO pledges_redirect VALUES (0, 'unit', '万元', '亿元', 1)", "redirect of unit 万元"),
    Damage("merges", "DELETE FROM pledges_redirect", "amendment "),
    Damage(
        "texts_are_clean",
        "UPDATE pledges_official SET name = '张' || U&'\\200B'",
        "official ",
        "official_texts_are_clean",
    ),
    Damage(
        "texts_are_clean", "UPDATE pledges_district SET aliases = '{\"甲 \"}'", "district ", "district_texts_are_clean"
    ),
    Damage("pledge_status", "UPDATE pledges_pledge SET status = 'missed' WHERE ref = 'met'", "met"),
    Damage("pledge_status", "UPDATE pledges_pledge SET status_since = NULL WHERE ref = 'met'", "met"),
    Damage("pledge_status", "UPDATE pledges_pledge SET last_checked_on = '2025-01-01' WHERE ref = 'draft'", "draft"),
    Damage("pledge_status", "UPDATE pledges_followup SET state = 'approved', reviewer_id = author_id", "submitted"),
    Damage("pledge_status", "UPDATE pledges_pledge SET current_follow_up_id = NULL", "met"),
    Damage(
        "pledge_status",
        "DELETE FROM pledges_evidence; DELETE FROM pledges_followup",
        "met",
        "current_follow_up_id",
    ),
    Damage(
        "pledge_missed",
        "UPDATE pledges_pledge SET last_day = (now() AT TIME ZONE 'Asia/Shanghai')::date WHERE ref = 'missed'",
        "missed",
    ),
    Damage("pledge_missed", "UPDATE pledges_pledge SET status_since = '2025-12-30' WHERE ref = 'missed'", "missed"),
    Damage("pledge_last_day", "UPDATE pledges_pledge SET last_day = '2026-01-01' WHERE ref = 'met'", "met"),
    Damage("pledge_amount", "UPDATE pledges_pledge SET amount = 1 WHERE ref = 'met'", "met"),
    Damage("pledge_deadline", "UPDATE pledges_document SET date_earliest = '2026-01-01'", "met", "date_earliest"),
    Damage("pledge_counts", "UPDATE pledges_pledge SET state = 'draft' WHERE ref = 'met'", "of 2025 that are met"),
    Damage("pledge_counts", "TRUNCATE pledges_pledgecount", "of 2025 that are missed"),
    Damage("pledge_cycle", "UPDATE pledges_pledge SET supersedes = ARRAY[ref] WHERE ref = 'met'", "met"),
    Damage(
        "pledge_cycle",
        "UPDATE pledges_pledge one SET supersedes = ARRAY[other.ref] FROM pledges_pledge other"
        " WHERE (one.ref, other.ref) IN (('met', 'missed'), ('missed', 'draft'), ('draft', 'met'))",
        "missed",
    ),
    Damage("pledge_last_change", "UPDATE pledges_pledge SET state = 'draft' WHERE ref = 'met'", "met"),
    Damage("pledge_last_change", "DELETE FROM pledges_change WHERE ref = 'met'", "met"),
    Damage("pledge_last_change", "DELETE FROM pledges_pledge WHERE ref = 'yl-2025-001'", "yl-2025-001"),
    Damage("revision_complete", "INSERT INTO pledges_revision DEFAULT VALUES", "revision "),
    Damage("revision_complete", "INSERT INTO pledges_changedrow VALUES (0, 'unit', '亿元')", "revision 0"),
    Damage("cycle_of_parents", "UPDATE pledges_district SET parent_id = id", "district yunling"),
    Damage("district_successor_cycle", "UPDATE pledges_district SET successor_id = id", "district yunling"),
    Damage("follow_up_evidence", "DELETE FROM pledges_evidence", "of met"),
    Damage("follow_up_evidence", "DELETE FROM pledges_evidence", "of submitted"),
    Damage(
        "follow_up_as_of",
        "UPDATE pledges_followup SET as_of = (now() AT TIME ZONE 'Asia/Shanghai')::date + 1",
        "of draft",
    ),
    Damage("follow_up_as_of", "UPDATE pledges_followup SET as_of = NULL", "of submitted", "follow_up_has_as_of"),
    Damage("follow_up_as_of", "UPDATE pledges_followup SET reviewed_at = '2025-12-30 15:59Z'", "of met"),
    Damage("follow_up_as_of", "UPDATE pledges_followup SET submitted_at = '2025-12-30 15:59Z'", "of submitted"),
    Damage(
        "follow_up_confirmed_warnings",
        "UPDATE pledges_followup SET confirmed_warnings = ARRAY['actual_far_from_target|1|385'], reason = ''",
        "of met",
        "follow_up_confirmed_with_reason",
    ),
    Damage("follow_up_after_statement", "UPDATE pledges_followup SET as_of = '2000-01-01'", "of met"),
    Damage(
        "follow_up_after_statement",
        "UPDATE pledges_document SET date_earliest = '2025-12-31';"
        " UPDATE pledges_evidence SET published_on = '2025-12-30'",
        "of met",
        "date_earliest",
    ),
    Damage("judged_values", "UPDATE pledges_pledge SET supersedes = '{met}' WHERE ref = 'missed'", "met"),
    Damage("judged_values", "UPDATE pledges_district SET kind = 'county'", "met"),
    Damage("judged_values", "UPDATE pledges_dimension SET is_additive = NOT is_additive", "met"),
    Damage("judged_values", "UPDATE pledges_document SET title = '别的'", "met"),
    Damage("follow_up_unit", "UPDATE pledges_followup SET actual = 1, unit_id = '所'", "of submitted"),
    Damage("follow_up_judged_values", "UPDATE pledges_followup SET actual = 1, unit_id = '所'", "of met"),
    Damage("follow_up_judged_values", "UPDATE pledges_followup SET judged_values = NULL", "of met"),
    Damage("follow_up_judged_values", "UPDATE pledges_followup SET judged_values = '{}'", "of draft"),
    Damage("judged_values", "UPDATE pledges_pledge SET value = 800 WHERE ref = 'met'", "met"),
    Damage("judged_values", "UPDATE pledges_metric SET direction = 'less'", "met"),
    Damage("judged_values", "UPDATE pledges_document SET date = '2025-09'", "met"),
    Damage("judged_values", "UPDATE pledges_official SET name = '别人'", "amended"),
    Damage("pledge_status", "UPDATE pledges_pledge SET on_earlier_target = true WHERE ref = 'met'", "met"),
    Damage("pledge_status", "UPDATE pledges_pledge SET on_earlier_target = false", "amended"),
    Damage("amendment_review", "UPDATE pledges_amendment SET is_applied = false", "amendment "),
    Damage("amendment_review", "UPDATE pledges_amendment SET reviewer_id = proposer_id", "amendment "),
    Damage("judged_values", "DELETE FROM pledges_amendedpledge", "amended"),
    Damage(
        "follow_up_judged_values",
        "UPDATE pledges_unit SET dimension_id = (SELECT id FROM pledges_dimension WHERE slug = 'schools')"
        " WHERE symbol = '万元'",
        "of met",
    ),
    Damage("follow_up_review", "UPDATE pledges_followup SET submitted_at = NULL", "of submitted"),
    Damage("follow_up_review", "UPDATE pledges_followup SET reviewed_at = NULL", "of returned"),
    Damage("follow_up_review", "UPDATE pledges_followup SET reviewer_id = NULL", "of met", "follow_up_has_reviewer"),
    Damage("follow_up_supersedes", "UPDATE pledges_followup SET supersedes_id = id WHERE state = 'draft'", "of draft"),
    Damage(
        "follow_up_supersedes",
        "UPDATE pledges_followup follow_up SET supersedes_id = later.id FROM pledges_followup later"
        " WHERE later.pledge_id = follow_up.pledge_id AND later.reviewed_at > follow_up.reviewed_at",
        "of met",
    ),
    Damage("follow_up_statuses", "UPDATE pledges_followup SET previous_status = NULL", "of met"),
    Damage("follow_up_statuses", "UPDATE pledges_followup SET previous_status = 'met' WHERE status = 'met'", "of met"),
    Damage("follow_up_statuses", "UPDATE pledges_followup SET resulting_status = 'met'", "of missed"),
    Damage("follow_up_statuses", "UPDATE pledges_followup SET resulting_status = 'met'", "of draft"),
    Damage("stored_file_hash", "UPDATE pledges_storedfile SET content = 'x'", "file ", "stored_file_key_is_hash"),
    Damage("follow_up_reviewer", "UPDATE pledges_followup SET writers = writers || reviewer_id", "of missed"),
    Damage("follow_up_writers", "UPDATE pledges_followup SET writers = '{}'", "of draft"),
    Damage("follow_up_writers", "UPDATE pledges_followup SET writers = ARRAY[author_id]", "of written-by-two"),
    Damage("follow_up_writers", "UPDATE pledges_followup SET writers = ARRAY[author_id]", "of evidence-by-two"),
    Damage("amendment_history", "UPDATE pledges_amendment SET review_note = '另有说明'", "amendment "),
    Damage("amendment_history", "TRUNCATE pledges_amendmentevent", "amendment "),
    Damage("follow_up_reviewer", "UPDATE pledges_followup SET reviewer_id = author_id", "of missed"),
    Damage(
        "follow_up_history", "UPDATE pledges_followup SET actual = 1, unit_id = '亿元' WHERE status = 'met'", "of met"
    ),
    Damage("follow_up_history", "TRUNCATE pledges_followupevent", "of met"),
    Damage("evidence_history", "UPDATE pledges_evidence SET title = 'another'", "evidence "),
    Damage("references_exist", "UPDATE pledges_followup SET author_id = 0", "follow-up ", "author_id"),
    Damage("references_exist", "UPDATE pledges_pledge SET supersedes = ARRAY['nowhere']", "met", "supersedes"),
]


@pytest.fixture(scope="module", autouse=True)
def _record(module_db: None) -> None:
    make_record()
    met = make_pledge("met")
    make_follow_up(met, "in_progress")
    make_follow_up(met, "met", actual=3_900_000, unit=make_unit("万元", factor=10_000))
    make_follow_up(make_pledge("missed"), "missed")
    amended = make_pledge("amended")
    make_follow_up(amended)
    amendment = propose([row_change(amended, {"value": 380})], reason="印错", by=make_user("editor"))
    approve(amendment, by=make_user("chief"))
    units = make_unit("亿", name_en="100m"), make_unit("亿元")
    approve(propose_merge(*units, reason="相同", by=make_user("editor")), by=make_user("chief"))
    for state in ("draft", "submitted", "returned"):
        make_follow_up(make_pledge(state), state=state)
    content = "完成投资390亿元".encode()
    file = StoredFile(sha256=hashlib.sha256(content).hexdigest(), media_type="text/plain", content=content)
    file.save(force_insert=True)
    Evidence.objects.create(follow_up=FollowUp.objects.get(state="draft"), file=file, file_name="公报.txt")
    written, shown = (make_follow_up(make_pledge(f"{part}-by-two"), state="draft") for part in ("written", "evidence"))
    with pghistory.context(user=make_user("second").pk):
        FollowUp.objects.filter(pk=written.pk).update(summary="改了")
        shown.evidence.update(title="改了")


def apply_damage(damage: Damage) -> None:
    """Execute the SQL of a damage without triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        if damage.obstacle:
            drop_obstacle(damage.obstacle)
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(damage.sql)
        cursor.execute("SET LOCAL session_replication_role = origin")


def drop_obstacle(obstacle: str) -> None:
    """Drop a constraint by its name, or the foreign keys or the generation expression of a column by its name."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass || ' DROP CONSTRAINT ' || conname FROM pg_constraint"
            " WHERE conname = %(name)s OR (contype = 'f' AND conname LIKE 'pledges\\_%%' || %(name)s || '%%')"
            " UNION ALL SELECT attrelid::regclass || ' ALTER ' || attname || ' DROP EXPRESSION'"
            " FROM pg_attribute WHERE attname = %(name)s AND attgenerated <> ''",
            {"name": obstacle},
        )
        for (action,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {action}")


def check() -> tuple[int, list[str]]:
    output = StringIO()
    try:
        call_command("check_record", stdout=output)
    except SystemExit as exit_:
        return int(str(exit_.code)), output.getvalue().splitlines()
    return 0, output.getvalue().splitlines()


def found_by(invariant: str) -> list[str]:
    return [str(violation) for violation in violations([INVARIANTS_BY_NAME[invariant]])]


def test_sound_record_passes() -> None:
    assert check() == (0, ["Checked 11 pledges and 9 follow-ups: no violations."])


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: f"{damage.invariant}: {damage.sql}")
def test_damage_is_found(damage: Damage) -> None:
    apply_damage(damage)
    found = found_by(damage.invariant)
    assert any(damage.subject in violation for violation in found), found


def test_all_violations_are_reported_and_counted() -> None:
    apply_damage(Damage("", "UPDATE pledges_pledge SET amount = 1; DELETE FROM pledges_evidence", ""))
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE pledges_statement DROP CONSTRAINT statement_unique")
    code, lines = check()
    assert lines[0] == "pledges_statement.statement_unique: this rule of the database is missing"
    for name in ("pledge_amount", "follow_up_evidence"):
        assert any(line.endswith(f": {INVARIANTS_BY_NAME[name].message}") for line in lines), lines
    assert (code, lines[-1]) == (1, f"{len(lines) - 1} violations found.")


def test_single_violation_is_reported_in_the_singular() -> None:
    apply_damage(Damage("", "UPDATE pledges_pledge SET last_day = '2026-01-01' WHERE ref = 'draft'", ""))
    code, lines = check()
    assert (code, lines[1:]) == (1, ["1 violation found."])


@pytest.mark.parametrize(
    ("sql", "rule", "message"),
    [
        (f"DROP TRIGGER {TRIGGER} ON pledges_followup", RULE, "missing"),
        ("ALTER TABLE pledges_evidence DISABLE TRIGGER USER", "pledges_evidence.freeze_evidence", "disabled"),
        (
            f"COMMENT ON TRIGGER {TRIGGER} ON pledges_followup IS 'of before'",
            RULE,
            "differs",
        ),
        (
            f"CREATE OR REPLACE FUNCTION {TRIGGER}() RETURNS TRIGGER AS $$ BEGIN RETURN NEW; END; $$ LANGUAGE plpgsql",
            RULE,
            "differs",
        ),
        (
            "ALTER TABLE pledges_followup DROP CONSTRAINT follow_up_has_as_of",
            "pledges_followup.follow_up_has_as_of",
            "missing",
        ),
        (
            "ALTER TABLE pledges_evidence DROP CONSTRAINT evidence_is_link_file_or_statement;"
            " ALTER TABLE pledges_evidence ADD CONSTRAINT evidence_is_link_file_or_statement CHECK (true) NOT VALID",
            "pledges_evidence.evidence_is_link_file_or_statement",
            "not validated",
        ),
        (
            "ALTER TABLE pledges_statement DROP CONSTRAINT statement_unique",
            "pledges_statement.statement_unique",
            "missing",
        ),
    ],
)
def test_missing_or_disabled_rule_is_found(sql: str, rule: str, message: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql)
    (found,) = [violation for violation in missing_or_disabled_rules() if violation.subject == rule]
    assert found.message.startswith("this rule of the database")
    assert message in found.message


def test_every_invariant_has_a_damage() -> None:
    assert {damage.invariant for damage in DAMAGES} == set(INVARIANTS_BY_NAME)


def test_approver_of_a_merge_is_no_writer_of_what_it_moves() -> None:
    statements = make_statement(official=make_official("甲")), make_statement(official=make_official("乙"))
    units = make_unit("兆"), make_unit("亿元")
    follow_up = make_follow_up(make_pledge("moved", unit=units[0]), state="submitted", actual=385)
    follow_up = make_follow_up(make_pledge("moved-2"), state="draft")
    follow_up.evidence.create(statement=statements[0])
    with pghistory.context(user=make_user("chief").pk):
        merge_rows(*units)
        merge_rows(statements[0].speaker, statements[1].speaker)
    assert follow_up.evidence.filter(statement=statements[1]).exists()
    assert not list(violations(INVARIANTS))


@pytest.mark.parametrize(("day", "is_reported"), [("2020-01-01", False), ("2999-01-01", True)])
def test_writers_are_expected_of_what_was_approved_since_they_are_recorded(day: str, is_reported: bool) -> None:
    follow_up = make_follow_up(make_pledge("approved-by-third"), state="draft")
    with pghistory.context(user=make_user("second").pk):
        FollowUp.objects.filter(pk=follow_up.pk).update(summary="改了")
    review.submit([follow_up.pk], by=follow_up.author)
    review.approve([follow_up.pk], by=make_user("chief"))
    sql = f"UPDATE pledges_followup SET writers = ARRAY[author_id], reviewed_at = '{day}'"  # noqa: S608
    apply_damage(Damage("follow_up_writers", sql, ""))
    found = found_by("follow_up_writers")
    assert any("approved-by-third" in violation for violation in found) == is_reported


def test_approval_at_one_person_desk_passes(settings: Settings) -> None:
    alone = make_user("chief")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('duixian.one_person_desk', 'on', true)")
    make_follow_up(make_pledge("alone"), author=alone, reviewer=alone)
    assert not list(violations(INVARIANTS))
