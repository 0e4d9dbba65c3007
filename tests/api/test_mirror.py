"""The mirror client of the documentation keeps a copy that equals the record through random edits."""

import json
import random
import runpy
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from pledges.models import District, Document, Evidence, FollowUp, Metric, Official, Pledge, Post, Statement, Unit
from pledges.models.choices import State, Status
from pledges.models.metric import Topic
from pledges.models.unit import Dimension
from tests.budgets import examples
from tests.factories import (
    make_dimension,
    make_district,
    make_document,
    make_metric,
    make_official,
    make_post,
    make_statement,
    make_topic,
    make_unit,
    make_user,
)

CLIENT = Path("docs/examples/mirror.py")
EDITS, POLLS = examples(1_000, fuzzing=10_000), examples(20, fuzzing=50)
PLEDGES, ROWS_PER_EMBEDDED_MODEL = 150, 20
EMBEDDED_MODELS: list[Any] = [District, Official, Post, Document, Statement, Metric, Topic, Dimension, Unit]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
mirror = runpy.run_path(str(CLIENT))["mirror"]


def read_copy(path: Path) -> dict[str, Any]:
    with closing(sqlite3.connect(path)) as db:
        return {ref: json.loads(row) for ref, row in db.execute("SELECT ref, row FROM pledge")}


def read_api(api: str) -> dict[str, Any]:
    url: str | None = f"{api}pledges/?limit=1000"
    rows: dict[str, Any] = {}
    while url:
        with urlopen(url) as response:  # noqa: S310 the test's own server
            page = json.load(response)
        rows |= {pledge["ref"]: pledge for pledge in page["results"]}
        url = page["next"]
    return rows


class Editors:
    """Apply random edits to the record, through the ORM and in SQL."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.created = 0
        self.editor, self.chief = make_user("editor"), make_user("chief")
        dimensions = [make_dimension(f"dimension-{n}") for n in range(2)]
        topics = [make_topic(f"topic-{n}") for n in range(3)]
        for n in range(ROWS_PER_EMBEDDED_MODEL):
            make_metric(f"metric-{n}", topic=topics[n % 3], dimension=dimensions[n % 2])
            make_unit(f"单位{n}", dimension=dimensions[n % 2], factor=n + 1)
            post = make_post(f"post-{n}", district=make_district(f"district-{n}"))
            make_statement(document=make_document(f"page-{n}"), official=make_official(f"official-{n}"), post=post)
        self.keys = {model: list(model.objects.values_list("pk", flat=True)) for model in EMBEDDED_MODELS}
        self.keys[Pledge] = [
            pledge.pk for pledge in Pledge.objects.bulk_create(self.new_pledge() for _ in range(PLEDGES))
        ]
        self.weights: dict[Callable[[], Any], int] = {
            self.create: 4,
            self.publish: 8,
            self.unpublish: 4,
            self.change: 40,
            self.change_foreign_key: 8,
            self.supersede: 6,
            self.assess: 6,
            self.delete: 2,
            self.rename: 15,
            self.roll_back: 4,
            self.change_private_column: 3,
        }

    def edit(self) -> None:
        (act,) = self.rng.choices([*self.weights], [*self.weights.values()])
        try:
            with transaction.atomic():
                act()
        except IntegrityError:  # the edit violates a constraint
            self.edit()

    def random_key(self, model: Any) -> Any:
        return self.rng.choice(self.keys[model])

    def random_row(self, model: Any) -> Any:
        """Return a queryset of one random row."""
        return model.objects.filter(pk=self.random_key(model))

    def random_text(self) -> str:
        return f"词{self.rng.randrange(10**9)}"

    def random_date(self, first: int, last: int) -> date:
        return timezone.localdate() + timedelta(days=self.rng.randint(first, last))

    def new_pledge(self) -> Pledge:
        self.created += 1
        return Pledge(
            ref=f"m-{self.created}",
            quote=self.random_text(),
            label=self.random_text(),
            value=self.rng.randint(1, 999),
            year=2025,
            state=self.rng.choice([State.PUBLISHED, State.PUBLISHED, State.DRAFT]),
            **{f"{model._meta.model_name}_id": self.random_key(model) for model in (Statement, District, Metric, Unit)},
        )

    def create(self) -> None:
        pledge = self.new_pledge()
        pledge.save(force_insert=True)
        self.keys[Pledge].append(pledge.pk)

    def publish(self) -> None:
        self.random_row(Pledge).update(state=State.PUBLISHED)

    def unpublish(self) -> None:
        self.random_row(Pledge).update(state=self.rng.choice([State.RETRACTED, State.DRAFT]))

    def change(self) -> None:
        values = {
            "note": self.random_text(),
            "quote": self.random_text(),
            "label": self.random_text(),
            "success_criterion": self.random_text(),
            "value": self.rng.randint(1, 999),
            "value_max": self.rng.choice([None, 1000]),
            "baseline": self.rng.choice([None, 5]),
            "deadline": self.rng.choice([None, self.random_date(-300, 300)]),
            "bound": self.rng.choice(["at_least", "at_most", "about", "exact"]),
            "measure": self.rng.choice(["total", "level", "increase"]),
            "strength": self.rng.choice(["firm", "planned"]),
            "tier": self.rng.choice(["core", "optional"]),
            "year": self.rng.randint(2024, 2026),
        }
        name = self.rng.choice([*values])
        self.random_row(Pledge).update(**{name: values[name]})

    def change_foreign_key(self) -> None:
        model = self.rng.choice([Statement, District, Metric, Unit])
        self.random_row(Pledge).update(**{str(model._meta.model_name): self.random_key(model)})

    def supersede(self) -> None:
        self.random_row(Pledge).update(supersedes=self.rng.choice([None, self.random_key(Pledge)]))

    def assess(self) -> None:
        follow_up = FollowUp.objects.create(
            pledge_id=self.random_key(Pledge),
            status=self.rng.choice([status for status in Status if status != Status.UNCHECKED]),
            author=self.editor,
            as_of=self.random_date(-9, 0),
            summary=self.random_text(),
        )
        evidence = self.rng.choice([{"url": "https://news.example/"}, {"statement_id": self.random_key(Statement)}])
        Evidence.objects.create(follow_up=follow_up, **evidence)
        submitted = FollowUp.objects.filter(pk=follow_up.pk)
        submitted.update(state="submitted")
        if self.rng.random() < 0.8:
            submitted.update(state="approved", reviewer=self.chief)

    def delete(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                """
                DELETE FROM pledges_pledge WHERE id = (
                    SELECT max(id) FROM pledges_pledge pledge
                    WHERE NOT EXISTS (SELECT FROM pledges_followup WHERE pledge_id = pledge.id)
                        AND NOT EXISTS (SELECT FROM pledges_pledge later WHERE later.supersedes_id = pledge.id)
                ) RETURNING id
                """
            )
            (key,) = cursor.fetchone()
        self.keys[Pledge].remove(key)

    def rename(self) -> None:
        """Change a row that the API embeds in pledges."""
        text = self.random_text()
        edits: list[tuple[Any, dict[str, Any]]] = [
            (District, {"name": text}),
            (District, {"name_en": text}),
            (District, {"aliases": [text]}),
            (District, {"parent": self.random_key(District)}),
            (Official, {"name": text}),
            (Post, {"title": text}),
            (Post, {"district": self.random_key(District)}),
            (Document, {"title": text}),
            (Document, {"url": f"https://news.example/{text}"}),
            (Document, {"date": self.rng.choice(["2024", "2024-01-05", "2025-01"])}),
            (Statement, {"headline": text}),
            (Statement, {"post": self.random_key(Post)}),
            (Metric, {"name": text}),
            (Metric, {"direction": self.rng.choice(["more", "less"])}),
            (Metric, {"topic": self.random_key(Topic)}),
            (Topic, {"name": text}),
            (Dimension, {"base_unit": text}),
            (Unit, {"factor": self.rng.randint(1, 10_000)}),
        ]
        model, values = self.rng.choice(edits)
        self.random_row(model).update(**values)

    def roll_back(self) -> None:
        self.change()
        self.publish()
        transaction.set_rollback(True)

    def change_private_column(self) -> None:
        self.random_row(Pledge).update(assignee=self.rng.choice([None, self.editor]))


def transactions(rng: random.Random) -> Iterator[int]:
    """Yield the number of edits of each transaction, of various sizes; the numbers add up to EDITS."""
    remaining = EDITS
    while remaining:
        size = min(remaining, rng.choice([1, 1, 2, 5, 20, 80, 200]))
        yield size
        remaining -= size


def test_mirror_equals_the_record_through_random_edits(live_server: LiveServer, tmp_path: Path) -> None:
    rng = random.Random(4)  # noqa: S311 nothing is secret
    api, copy = f"{live_server.url}/api/v1/", tmp_path / "pledges.db"
    editors = Editors(rng)
    polls, edits = set(rng.sample(range(EDITS), POLLS)), 0
    for size in transactions(rng):
        with transaction.atomic():
            for _edit in range(size):
                if edits in polls:  # within a transaction that has not been committed
                    mirror(api, str(copy))
                    assert read_copy(copy) == read_api(api)
                editors.edit()
                edits += 1
    assert edits == EDITS
    subprocess.run([sys.executable, CLIENT, api, copy], check=True)
    assert read_copy(copy) == read_api(api)
    assert set(read_copy(copy)) == set(Pledge.objects.public().values_list("ref", flat=True))


def test_mirror_function_has_at_most_20_lines() -> None:
    body = CLIENT.read_text().split("def mirror")[1].split("\n\n\n")[0]
    assert len([line for line in body.splitlines() if line.strip() and '"""' not in line]) <= 20
