from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection

from bench import corpus, databases
from pledges.importer import reference_data
from pledges.importer.loader import load

ROWS = 300


@pytest.fixture(scope="module")
def metrics(module_db: None) -> None:
    reference_data.load_missing()


@pytest.fixture(scope="module")
def filled(metrics: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a small corpus that is in the database, with its follow-ups."""
    file = tmp_path_factory.mktemp("corpus") / "pledges.jsonl"
    corpus.write(file, ROWS, corpus.make_districts(ROWS))
    load([file])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # or autovacuum may note that the tables are empty, since nothing is committed
    author, reviewer = (User.objects.create_user(name) for name in ("editor", "chief"))
    databases.assess(list(corpus.findings(file)), author, reviewer)
    return file
