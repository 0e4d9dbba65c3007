"""Databases of all earlier versions can be upgraded, and keep their data."""

import gzip
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from psycopg.sql import SQL, Identifier

from pledges import __version__
from tests.upgrades.database import manage
from tests.upgrades.dump import FOLDER

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NAME = "duixian_upgrade"
DUMPS = sorted(FOLDER.glob("*.sql.gz"))


@pytest.fixture
def url() -> Iterator[str]:
    """Create an empty database next to the test database, and return its URL."""
    parameters = connection.get_connection_params() | {"dbname": "postgres"}
    own = {name: parameters[name] for name in ("dbname", "user", "password", "host", "port") if parameters.get(name)}
    with psycopg.connect(**own, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {NAME} TEMPLATE template0")
        password = f":{own['password']}" if "password" in own else ""
        yield f"postgres://{own['user']}{password}@/{NAME}?host={own['host']}&port={own['port']}"
        server.execute(f"DROP DATABASE {NAME} WITH (FORCE)")


def row_counts(sql: str) -> dict[str, int]:
    """Return the number of rows that a dump inserts into each table of the record."""
    counts: dict[str, int] = {}
    inserts = re.compile(r"^INSERT INTO public\.(pledges_\w+) VALUES\n(.*?;)$", re.DOTALL | re.MULTILINE)
    for table, values in inserts.findall(sql):
        counts[table] = counts.get(table, 0) + len(re.findall(r"^\t\(", values, re.MULTILINE))
    return counts


def test_current_version_has_dump() -> None:
    assert f"{__version__}.sql.gz" in {dump.name for dump in DUMPS}, "run `make dump`"


def test_links_of_version_0_4_become_one_link_each(url: str) -> None:
    """A document keeps the first of two links. Evidence was approved as it is, so people correct its links."""
    with psycopg.connect(url) as database:
        database.execute(gzip.decompress((FOLDER / "0.4.0.sql.gz").read_bytes()).decode())
    with psycopg.connect(url, autocommit=True) as database:
        database.execute("SET session_replication_role = replica")  # without triggers
        database.execute("UPDATE pledges_document SET url = 'https://a.example/1; https://b.example/2'")
        database.execute("UPDATE pledges_evidence SET url = 'https://a.example;https://b.example' WHERE url <> ''")

        with pytest.raises(AssertionError, match="Correct these links with the old version first"):
            manage(url, "migrate")

        database.execute("UPDATE pledges_evidence SET url = 'https://a.example' WHERE url <> ''")
        manage(url, "migrate")
        assert database.execute("SELECT DISTINCT url FROM pledges_document").fetchall() == [("https://a.example/1",)]


def test_rounded_factors_of_version_0_4_become_exact_ratios(url: str) -> None:
    with psycopg.connect(url) as database:
        database.execute(gzip.decompress((FOLDER / "0.4.0.sql.gz").read_bytes()).decode())
    with psycopg.connect(url, autocommit=True) as database:
        database.execute("SET session_replication_role = replica")  # without triggers
        database.execute(
            "UPDATE pledges_pledge SET unit_id = '亩', value = 1800000000, value_max = NULL,"
            " amount = 1200000000000.0006, amount_max = NULL WHERE ref = 'sample-01'"
        )
        database.execute("UPDATE pledges_unit SET factor = 0.123456789012 WHERE symbol = '里'")

        manage(url, "migrate")

        query = "SELECT numerator, denominator, factor FROM pledges_unit WHERE symbol = ANY(%s) ORDER BY factor"
        assert database.execute(query, [["亩", "万亩", "斤", "里"]]).fetchall() == [
            (1, 2000, Decimal("0.0005")),
            (30864197253, 250000000000, Decimal("0.123456789012")),
            (2000, 3, Decimal("666.666666666667")),
            (20000000, 3, Decimal("6666666.666666666667")),
        ]
        (amount,) = database.execute("SELECT amount FROM pledges_pledge WHERE ref = 'sample-01'").fetchone() or [None]
        assert amount == 1_200_000_000_000


def test_links_to_superseded_pledges_of_version_0_4_are_kept(url: str) -> None:
    with psycopg.connect(url) as database:
        database.execute(gzip.decompress((FOLDER / "0.4.0.sql.gz").read_bytes()).decode())
    with psycopg.connect(url) as database:
        links = "SELECT later.ref, earlier.ref FROM pledges_pledge later JOIN pledges_pledge earlier ON earlier.id ="
        before = database.execute(f"{links} later.supersedes_id").fetchall()
        assert before

    manage(url, "migrate")

    with psycopg.connect(url) as database:
        after = database.execute("SELECT ref, supersedes FROM pledges_pledge WHERE supersedes <> '{}'").fetchall()
    assert after == [(later, [earlier]) for later, earlier in before]


def test_texts_of_version_0_4_are_cleaned(url: str) -> None:
    """Approved follow-ups and their evidence are cleaned too, and posts that become equal are merged."""
    with psycopg.connect(url) as database:
        database.execute(gzip.decompress((FOLDER / "0.4.0.sql.gz").read_bytes()).decode())
    with psycopg.connect(url, autocommit=True) as database:
        posts = database.execute("SELECT count(*) FROM pledges_post").fetchone()
        database.execute("SET session_replication_role = replica")  # without triggers
        database.execute("UPDATE pledges_pledge SET quote = quote || U&'\\000A\\200B', note = E'a\\r\\nb '")
        database.execute("UPDATE pledges_official SET name = replace(name, '·', '•') || U&'\\FEFF'")
        database.execute("UPDATE pledges_district SET aliases = array_append(aliases, U&'\\2F2D ')")
        database.execute("UPDATE pledges_followup SET summary = summary || U&'\\200B'")
        database.execute("UPDATE pledges_evidence SET title = U&' \\2F2F'")
        database.execute(
            "INSERT INTO pledges_post (district_id, organisation, title)"
            " SELECT district_id, organisation, title || U&'\\200B' FROM pledges_post"
        )
        database.execute(
            "UPDATE pledges_statement SET post_id = twin.id FROM pledges_post twin, pledges_post post"
            " WHERE post.id = post_id AND twin.title = post.title || U&'\\200B'"
            " AND twin.district_id = post.district_id AND twin.organisation = post.organisation"
        )

        manage(url, "migrate")

        def distinct(query: str) -> list[str]:
            return [text for (text,) in database.execute(SQL("SELECT DISTINCT {} ORDER BY 1").format(SQL(query)))]

        assert distinct("note FROM pledges_pledge") == ["a\nb"]
        assert distinct("title FROM pledges_evidence") == ["工"]
        assert distinct("aliases[cardinality(aliases)] FROM pledges_district") == ["山"]
        assert database.execute("SELECT count(*) FROM pledges_post").fetchone() == posts
    assert "no violations" in manage(url, "check_record")


@pytest.mark.parametrize("dump", DUMPS, ids=lambda path: path.name)
def test_upgraded_dump_keeps_all_rows(dump: Path, url: str) -> None:
    sql = gzip.decompress(dump.read_bytes()).decode()
    with psycopg.connect(url) as database:
        database.execute(sql)
    before = row_counts(sql)
    assert before["pledges_pledge"] > 10
    assert before["pledges_followup"] > 10

    manage(url, "migrate")

    assert "no violations" in manage(url, "check_record")
    with psycopg.connect(url) as database:
        after = {
            table: database.execute(SQL("SELECT count(*) FROM {}").format(Identifier(table))).fetchone()
            for table in before
        }
    kept = {table for table in before if not table.endswith("event")}
    assert {table: after[table] for table in kept} == {table: (before[table],) for table in kept}
    # A migration that corrects rows adds to their history.
    assert [table for table, count in before.items() if (after[table] or (0,)) < (count,)] == []
