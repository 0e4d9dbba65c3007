from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection

from bench import corpus, databases
from pledges.importer.loader import load
from pledges.importer.reference.shipped import load_shipped

ROWS = 300


@pytest.fixture(scope="module")
def metrics(module_db: None) -> None:
    load_shipped()


@pytest.fixture(scope="module")
def corpus_file(metrics: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Load a small corpus with its follow-ups, and return the path of its file."""
    file = tmp_path_factory.mktemp("corpus") / "pledges.jsonl"
    corpus.write(file, ROWS, corpus.make_districts(ROWS))
    load([file])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # autovacuum could collect statistics of empty tables, since nothing is committed
    author, reviewer = (User.objects.create_user(name) for name in ("editor", "chief"))
    databases.submit_and_approve(list(corpus.outcomes(file)), author, reviewer)
    return file
