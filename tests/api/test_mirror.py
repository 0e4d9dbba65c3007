"""The documented client keeps a copy that is the same as the record, whatever is done to that."""

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
PLEDGES, OTHERS = 150, 20
SHOWN: list[Any] = [District, Official, Post, Document, Statement, Metric, Topic, Dimension, Unit]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
mirror = runpy.run_path(str(CLIENT))["mirror"]


def copied(path: Path) -> dict[str, Any]:
    with closing(sqlite3.connect(path)) as db:
        return {ref: json.loads(row) for ref, row in db.execute("SELECT ref, row FROM pledge")}


def published(api: str) -> dict[str, Any]:
    url: str | None = f"{api}pledges/?limit=1000"
    rows: dict[str, Any] = {}
    while url:
        with urlopen(url) as response:  # noqa: S310 the test's own server
            page = json.load(response)
        rows |= {pledge["ref"]: pledge for pledge in page["results"]}
        url = page["next"]
    return rows


class Editors:
    """Edits the record at random, by the ORM and by SQL."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.made = 0
        self.editor, self.chief = make_user("editor"), make_user("chief")
        dimensions = [make_dimension(f"dimension-{n}") for n in range(2)]
        topics = [make_topic(f"topic-{n}") for n in range(3)]
        for n in range(OTHERS):
            make_metric(f"metric-{n}", topic=topics[n % 3], dimension=dimensions[n % 2])
            make_unit(f"单位{n}", dimension=dimensions[n % 2], factor=n + 1)
            post = make_post(f"post-{n}", district=make_district(f"district-{n}"))
            make_statement(document=make_document(f"page-{n}"), official=make_official(f"official-{n}"), post=post)
        self.keys = {model: list(model.objects.values_list("pk", flat=True)) for model in SHOWN}
        self.keys[Pledge] = [pledge.pk for pledge in Pledge.objects.bulk_create(self.new() for _ in range(PLEDGES))]
        self.kinds: dict[Callable[[], Any], int] = {
            self.create: 4,
            self.publish: 8,
            self.hide: 4,
            self.change: 40,
            self.point_elsewhere: 8,
            self.supersede: 6,
            self.assess: 6,
            self.delete: 2,
            self.rename: 15,
            self.give_up: 4,
            self.change_what_is_not_shown: 3,
        }

    def edit(self) -> None:
        (act,) = self.chance.choices([*self.kinds], [*self.kinds.values()])
        try:
            with transaction.atomic():
                act()
        except IntegrityError:  # the edit violates a constraint
            self.edit()

    def key(self, model: Any) -> Any:
        return self.chance.choice(self.keys[model])

    def any(self, model: Any) -> Any:
        """One row, as a queryset."""
        return model.objects.filter(pk=self.key(model))

    def word(self) -> str:
        return f"词{self.chance.randrange(10**9)}"

    def day(self, first: int, last: int) -> date:
        return timezone.localdate() + timedelta(days=self.chance.randint(first, last))

    def new(self) -> Pledge:
        self.made += 1
        return Pledge(
            ref=f"m-{self.made}",
            quote=self.word(),
            label=self.word(),
            value=self.chance.randint(1, 999),
            year=2025,
            state=self.chance.choice([State.PUBLISHED, State.PUBLISHED, State.DRAFT]),
            **{f"{model._meta.model_name}_id": self.key(model) for model in (Statement, District, Metric, Unit)},
        )

    def create(self) -> None:
        pledge = self.new()
        pledge.save(force_insert=True)
        self.keys[Pledge].append(pledge.pk)

    def publish(self) -> None:
        self.any(Pledge).update(state=State.PUBLISHED)

    def hide(self) -> None:
        self.any(Pledge).update(state=self.chance.choice([State.RETRACTED, State.DRAFT]))

    def change(self) -> None:
        values = {
            "note": self.word(),
            "quote": self.word(),
            "label": self.word(),
            "success_criterion": self.word(),
            "value": self.chance.randint(1, 999),
            "value_max": self.chance.choice([None, 1000]),
            "baseline": self.chance.choice([None, 5]),
            "deadline": self.chance.choice([None, self.day(-300, 300)]),
            "bound": self.chance.choice(["at_least", "at_most", "about", "exact"]),
            "measure": self.chance.choice(["total", "level", "increase"]),
            "strength": self.chance.choice(["firm", "planned"]),
            "tier": self.chance.choice(["core", "optional"]),
            "year": self.chance.randint(2024, 2026),
        }
        name = self.chance.choice([*values])
        self.any(Pledge).update(**{name: values[name]})

    def point_elsewhere(self) -> None:
        model = self.chance.choice([Statement, District, Metric, Unit])
        self.any(Pledge).update(**{str(model._meta.model_name): self.key(model)})

    def supersede(self) -> None:
        self.any(Pledge).update(supersedes=self.chance.choice([None, self.key(Pledge)]))

    def assess(self) -> None:
        follow_up = FollowUp.objects.create(
            pledge_id=self.key(Pledge),
            status=self.chance.choice([status for status in Status if status != Status.UNCHECKED]),
            author=self.editor,
            as_of=self.day(-9, 0),
            summary=self.word(),
        )
        evidence = self.chance.choice([{"url": "https://news.example/"}, {"statement_id": self.key(Statement)}])
        Evidence.objects.create(follow_up=follow_up, **evidence)
        submitted = FollowUp.objects.filter(pk=follow_up.pk)
        submitted.update(state="submitted")
        if self.chance.random() < 0.8:
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
        """Change other rows that pledges embed."""
        word = self.word()
        edits: list[tuple[Any, dict[str, Any]]] = [
            (District, {"name": word}),
            (District, {"name_en": word}),
            (District, {"aliases": [word]}),
            (District, {"parent": self.key(District)}),
            (Official, {"name": word}),
            (Post, {"title": word}),
            (Post, {"district": self.key(District)}),
            (Document, {"title": word}),
            (Document, {"url": f"https://news.example/{word}"}),
            (Document, {"date": self.chance.choice(["2024", "2024-01-05", "2025-01"])}),
            (Statement, {"headline": word}),
            (Statement, {"post": self.key(Post)}),
            (Metric, {"name": word}),
            (Metric, {"direction": self.chance.choice(["more", "less"])}),
            (Metric, {"topic": self.key(Topic)}),
            (Topic, {"name": word}),
            (Dimension, {"base_unit": word}),
            (Unit, {"factor": self.chance.randint(1, 10_000)}),
        ]
        model, values = self.chance.choice(edits)
        self.any(model).update(**values)

    def give_up(self) -> None:
        self.change()
        self.publish()
        transaction.set_rollback(True)

    def change_what_is_not_shown(self) -> None:
        self.any(Pledge).update(assignee=self.chance.choice([None, self.editor]))


def transactions(chance: random.Random) -> Iterator[int]:
    """The numbers of edits of transactions of all sizes."""
    left = EDITS
    while left:
        size = min(left, chance.choice([1, 1, 2, 5, 20, 80, 200]))
        yield size
        left -= size


def test_mirror_equals_the_record_through_random_edits(live_server: LiveServer, tmp_path: Path) -> None:
    chance = random.Random(4)  # noqa: S311 nothing is secret
    api, copy = f"{live_server.url}/api/v1/", tmp_path / "pledges.db"
    editors = Editors(chance)
    polls, edits = set(chance.sample(range(EDITS), POLLS)), 0
    for size in transactions(chance):
        with transaction.atomic():
            for _edit in range(size):
                if edits in polls:  # others edit at this moment, and have not committed
                    mirror(api, str(copy))
                    assert copied(copy) == published(api)
                editors.edit()
                edits += 1
    assert edits == EDITS
    subprocess.run([sys.executable, CLIENT, api, copy], check=True)
    assert copied(copy) == published(api)
    assert set(copied(copy)) == set(Pledge.objects.public().values_list("ref", flat=True))


def test_mirror_is_as_short_as_documented() -> None:
    body = CLIENT.read_text().split("def mirror")[1].split("\n\n\n")[0]
    assert len([line for line in body.splitlines() if line.strip() and '"""' not in line]) <= 20
