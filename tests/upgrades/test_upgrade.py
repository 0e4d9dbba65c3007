"""Databases of all earlier versions can be upgraded, and keep their data."""

import gzip
import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest
from django.db import connection
from psycopg.sql import SQL, Identifier

from pledges import __version__
from tests.upgrades.database import manage, new_database
from tests.upgrades.dump import FOLDER

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# Rows of version 0.4 that an upgrade changes.
CHANGES: list[LiteralString] = [
    "UPDATE pledges_document SET url = 'https://a.example/1; https://b.example/2'",
    "UPDATE pledges_evidence SET url = 'https://a.example;https://b.example' WHERE url <> ''",
    "UPDATE pledges_unit SET factor = 0.123456789012 WHERE symbol = '里'",
    """UPDATE pledges_pledge SET unit_id = '亩', value = 1800000000, value_max = NULL,
        amount = 1200000000000.0006, amount_max = NULL WHERE ref = 'sample-01'""",
    "UPDATE pledges_pledge SET quote = quote || U&'\\000A\\200B', note = E'a\\r\\nb '",
    "UPDATE pledges_official SET name = replace(name, '·', '•') || U&'\\FEFF'",
    "UPDATE pledges_district SET aliases = array_append(aliases, U&'\\2F2D ')",
    "UPDATE pledges_followup SET summary = summary || U&'\\200B'",
    "UPDATE pledges_evidence SET title = U&' \\2F2F'",
    """INSERT INTO pledges_post (district_id, organisation, title)
        SELECT district_id, organisation, title || U&'\\200B' FROM pledges_post""",
    """UPDATE pledges_statement SET post_id = twin.id FROM pledges_post twin, pledges_post post
        WHERE post.id = post_id AND twin.title = post.title || U&'\\200B'
        AND twin.district_id = post.district_id AND twin.organisation = post.organisation""",
]
# Everything by which tables differ, apart from the order of their columns.
SCHEMA: LiteralString = """
    SELECT format('column %s.%s', table_name, column_name), concat_ws(
            ' ', data_type, character_maximum_length, is_nullable, column_default, generation_expression, collation_name
        ) FROM information_schema.columns WHERE table_name LIKE 'pledges_%'
    UNION ALL SELECT format('constraint %s.%s', conrelid::regclass, conname), pg_get_constraintdef(oid)
        FROM pg_constraint WHERE conrelid::regclass::text LIKE 'pledges_%'
    UNION ALL SELECT format('index %s', indexname), indexdef FROM pg_indexes WHERE tablename LIKE 'pledges_%'
    UNION ALL SELECT format('trigger %s.%s', tgrelid::regclass, tgname), pg_get_triggerdef(pg_trigger.oid) || prosrc
        FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
        WHERE NOT tgisinternal AND tgrelid::regclass::text LIKE 'pledges_%'
    UNION ALL
        SELECT format('function %s', oid::regprocedure), concat_ws(' ', prosrc, provolatile, proisstrict, proparallel)
        FROM pg_proc WHERE proname LIKE 'pledges_%'
"""
DUMPS = sorted(FOLDER.glob("*.sql.gz"))
OLDEST = FOLDER / "0.4.0.sql.gz"


@dataclass
class Upgraded:
    """A database of version 0.4 after its upgrade, with what the tests need to know from before."""

    database: psycopg.Connection[Any]
    url: str
    superseded: list[tuple[str, str]]
    posts: int
    error: str
    """Of the first attempt to upgrade, which people had to correct links for."""

    def rows(self, query: LiteralString) -> list[Any]:
        return self.database.execute(SQL(query)).fetchall()

    def distinct(self, query: LiteralString) -> list[str]:
        return [text for (text,) in self.rows(f"SELECT DISTINCT {query} ORDER BY 1")]


@pytest.fixture(scope="module")
def upgraded(django_db_setup: None) -> Iterator[Upgraded]:
    """Upgrade a database of version 0.4 that has everything an upgrade changes. Tests share it: it takes seconds."""
    with new_database("changed") as url:
        with psycopg.connect(url) as database:
            database.execute(gzip.decompress(OLDEST.read_bytes()).decode())
        with psycopg.connect(url, autocommit=True) as database:
            superseded = database.execute(
                "SELECT later.ref, earlier.ref FROM pledges_pledge later"
                " JOIN pledges_pledge earlier ON earlier.id = later.supersedes_id"
            ).fetchall()
            (posts,) = database.execute("SELECT count(*) FROM pledges_post").fetchone() or (0,)
            database.execute("SET session_replication_role = replica")  # without triggers
            for change in CHANGES:
                database.execute(change)
            with pytest.raises(AssertionError) as failed:
                manage(url, "migrate")
            database.execute("UPDATE pledges_evidence SET url = 'https://a.example' WHERE url <> ''")
            manage(url, "migrate")
            yield Upgraded(database, url, superseded, posts, str(failed.value))


def row_counts(sql: str) -> dict[str, int]:
    """Return the number of rows that a dump inserts into each table of the record."""
    counts: dict[str, int] = {}
    inserts = re.compile(r"^INSERT INTO public\.(pledges_\w+) VALUES\n(.*?;)$", re.DOTALL | re.MULTILINE)
    for table, values in inserts.findall(sql):
        counts[table] = counts.get(table, 0) + len(re.findall(r"^\t\(", values, re.MULTILINE))
    return counts


def test_current_version_has_dump() -> None:
    assert f"{__version__}.sql.gz" in {dump.name for dump in DUMPS}, "run `make dump`"


def test_document_keeps_the_first_of_two_links(upgraded: Upgraded) -> None:
    assert upgraded.distinct("url FROM pledges_document") == ["https://a.example/1"]


def test_links_of_evidence_are_corrected_by_people(upgraded: Upgraded) -> None:
    """Evidence was approved as it is."""
    assert "Correct these links with the old version first" in upgraded.error


def test_rounded_factors_become_exact_ratios(upgraded: Upgraded) -> None:
    assert upgraded.rows(
        "SELECT numerator, denominator, factor FROM pledges_unit"
        " WHERE symbol IN ('亩', '万亩', '斤', '里') ORDER BY factor"
    ) == [
        (1, 2000, Decimal("0.0005")),
        (30864197253, 250000000000, Decimal("0.123456789012")),
        (2000, 3, Decimal("666.666666666667")),
        (20000000, 3, Decimal("6666666.666666666667")),
    ]
    assert upgraded.rows("SELECT amount FROM pledges_pledge WHERE ref = 'sample-01'") == [(1_200_000_000_000,)]


def test_superseded_pledges_are_kept(upgraded: Upgraded) -> None:
    after = upgraded.rows("SELECT ref, supersedes FROM pledges_pledge WHERE supersedes <> '{}'")
    assert after == [(later, [earlier]) for later, earlier in upgraded.superseded]
    assert after


def test_texts_are_cleaned(upgraded: Upgraded) -> None:
    """Approved follow-ups and their evidence are cleaned too, and posts that become equal are merged."""
    assert upgraded.distinct("note FROM pledges_pledge") == ["a\nb"]
    assert upgraded.distinct("title FROM pledges_evidence") == ["工"]
    assert upgraded.distinct("aliases[cardinality(aliases)] FROM pledges_district") == ["山"]
    assert upgraded.rows("SELECT count(*) FROM pledges_post") == [(upgraded.posts,)]


def test_upgraded_record_is_consistent(upgraded: Upgraded) -> None:
    assert "no violations" in manage(upgraded.url, "check_record")


def test_upgraded_database_has_the_schema_of_a_new_one(upgraded: Upgraded) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SCHEMA)
        new = {name: words(definition) for name, definition in cursor.fetchall()}
    upgraded.database.execute("SET TimeZone = 'UTC'")  # as that of Django's connection
    assert {name: words(definition) for name, definition in upgraded.rows(SCHEMA)} == new


def words(definition: str) -> list[str]:
    """Return the parts of a definition without their order, which a set of values can have, and without casts of it."""
    return sorted(word for word in re.findall(r"[^\s,()\[\]]+", definition) if word != "::text")


@contextmanager
def upgraded_dump(sql: str) -> Iterator[str]:
    """Load a dump into a new database, upgrade it, and return the URL."""
    with new_database("dump") as url:
        with psycopg.connect(url) as database:
            database.execute(sql)
        manage(url, "migrate")
        assert "no violations" in manage(url, "check_record")
        yield url


@pytest.mark.parametrize("dump", DUMPS, ids=lambda path: path.name)
def test_upgraded_dump_keeps_all_rows(dump: Path, request: pytest.FixtureRequest) -> None:
    sql = gzip.decompress(dump.read_bytes()).decode()
    before = row_counts(sql)
    assert before["pledges_pledge"] > 10
    assert before["pledges_followup"] > 10

    upgrade = nullcontext(request.getfixturevalue("upgraded").url) if dump == OLDEST else upgraded_dump(sql)
    with upgrade as url, psycopg.connect(url) as database:
        after = {
            table: database.execute(SQL("SELECT count(*) FROM {}").format(Identifier(table))).fetchone()
            for table in before
        }
    history = ("event", "change", "revision") if dump == OLDEST else ("event",)  # `CHANGES` make entries of the log
    kept = {table for table in before if not table.endswith(history)}
    assert {table: after[table] for table in kept} == {table: (before[table],) for table in kept}
    # A migration that corrects rows adds to their history.
    assert [table for table, count in before.items() if (after[table] or (0,)) < (count,)] == []
