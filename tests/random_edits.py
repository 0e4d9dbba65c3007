"""Random edits of a record, through the ORM and in SQL, of every kind that changes what pledges show."""

import copy
import random
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, timedelta
from itertools import count
from typing import Any, Self

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from pledges.models import District, Document, Evidence, FollowUp, Metric, Official, Pledge, Post, Statement, Unit
from pledges.models.choices import State, Status
from pledges.models.metric import Topic
from pledges.models.unit import Dimension
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

EMBEDDED_MODELS: list[Any] = [District, Official, Post, Document, Statement, Metric, Topic, Dimension, Unit]
# How often each edit is chosen.
WEIGHTS = {
    "create": 4,
    "publish": 8,
    "unpublish": 4,
    "change": 40,
    "change_foreign_key": 8,
    "supersede": 6,
    "assess": 6,
    "delete": 2,
    "rename": 15,
    "rename_all": 1,
    "roll_back": 4,
    "change_private_column": 3,
}


class Editors:
    """Make a record of some pledges and of `rows` rows in each of the other tables, and apply random edits to it."""

    def __init__(
        self, rng: random.Random, *, pledges: int = 150, rows: int = 20, weights: Mapping[str, int] = WEIGHTS
    ) -> None:
        self.rng = rng
        self.weights = weights
        self.numbers = count(1)
        self.editor, self.chief = make_user("editor"), make_user("chief")
        dimensions = [make_dimension(f"dimension-{n}") for n in range(2)]
        topics = [make_topic(f"topic-{n}") for n in range(3)]
        for n in range(rows):
            make_metric(f"metric-{n}", topic=topics[n % 3], dimension=dimensions[n % 2])
            make_unit(f"单位{n}", dimension=dimensions[n % 2], factor=n + 1)
            post = make_post(f"post-{n}", district=make_district(f"district-{n}"))
            make_statement(document=make_document(f"page-{n}"), official=make_official(f"official-{n}"), post=post)
        self.keys = {model: list(model.objects.values_list("pk", flat=True)) for model in EMBEDDED_MODELS}
        self.keys[Pledge] = [
            pledge.pk for pledge in Pledge.objects.bulk_create(self.new_pledge() for _ in range(pledges))
        ]

    def beside(self, rng: random.Random) -> Self:
        """Return editors of the same record that choose other edits, for another thread."""
        others = copy.copy(self)
        others.rng = rng
        return others

    def edit(self) -> None:
        (name,) = self.rng.choices([*self.weights], [*self.weights.values()])
        try:
            with transaction.atomic():
                getattr(self, name)()
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
        return Pledge(
            ref=f"m-{next(self.numbers)}",
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

    def random_superseded(self) -> list[str]:
        keys = [self.random_key(Pledge) for _ in range(self.rng.randint(0, 2))]
        return list(Pledge.objects.filter(pk__in=keys).values_list("ref", flat=True))

    def supersede(self) -> None:
        self.random_row(Pledge).update(supersedes=self.random_superseded())

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
                        AND NOT EXISTS (SELECT FROM pledges_pledge later WHERE later.supersedes @> ARRAY[pledge.ref])
                ) RETURNING id
                """
            )
            deleted = cursor.fetchall()
        for (key,) in deleted:
            with suppress(ValueError):  # another thread deleted it, and was rolled back
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
            (Statement, {"official": self.random_key(Official)}),
            (Statement, {"document": self.random_key(Document)}),
            (Metric, {"name": text}),
            (Metric, {"direction": self.rng.choice(["more", "less"])}),
            (Metric, {"topic": self.random_key(Topic)}),
            (Topic, {"name": text}),
            (Dimension, {"base_unit": text}),
            (Unit, {"numerator": self.rng.randint(1, 10_000)}),
        ]
        model, values = self.rng.choice(edits)
        self.random_row(model).update(**values)

    def rename_all(self) -> None:
        """Change all rows of a table by one SQL statement."""
        table, column = self.rng.choice(
            [
                ("pledges_district", "name_en"),
                ("pledges_body", "name_en"),
                ("pledges_document", "publisher"),
                ("pledges_metric", "name_en"),
                ("pledges_topic", "name_en"),
                ("pledges_pledge", "note"),
            ]
        )
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {column} = %s", [self.random_text()])  # noqa: S608 constant names

    def roll_back(self) -> None:
        self.change()
        self.publish()
        transaction.set_rollback(True)

    def change_private_column(self) -> None:
        self.random_row(Pledge).update(assignee=self.rng.choice([None, self.editor]))
