"""Validate the check constraints of a model by one query."""

from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS
from django.db.models import BaseConstraint, CheckConstraint, Model, Q


class ValidatesChecksAtOnce(Model):
    """A model with many check constraints. Django would validate each by a query of its own."""

    class Meta:
        abstract = True

    def get_constraints(self) -> list[tuple[type[Model], Sequence[BaseConstraint]]]:
        return [(model, _join_checks(constraints)) for model, constraints in super().get_constraints()]


class _JoinedChecks(BaseConstraint):
    """Check constraints that are validated one by one only if one of them is violated."""

    def __init__(self, checks: list[CheckConstraint]) -> None:
        super().__init__(name="joined")
        self.checks = checks

    def validate(
        self,
        model: type[Model],
        instance: Model,
        exclude: set[str] | None = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        excluded = exclude or set()
        conditions = [c.condition for c in self.checks if excluded.isdisjoint(Q(c.condition).referenced_base_fields)]
        try:
            CheckConstraint(condition=Q(*conditions), name=self.name).validate(model, instance, exclude, using)
        except ValidationError:
            raise ValidationError(list(self._violations(model, instance, exclude, using))) from None

    def _violations(
        self, model: type[Model], instance: Model, exclude: set[str] | None, using: str
    ) -> Iterable[ValidationError]:
        for check in self.checks:
            try:
                check.validate(model, instance, exclude, using)
            except ValidationError as error:
                yield error


def _join_checks(constraints: Sequence[BaseConstraint]) -> list[BaseConstraint]:
    checks = [constraint for constraint in constraints if isinstance(constraint, CheckConstraint)]
    others = [constraint for constraint in constraints if not isinstance(constraint, CheckConstraint)]
    return [_JoinedChecks(checks), *others]
