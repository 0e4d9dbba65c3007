"""Precomputed counts of published pledges, because counting a million rows takes too long for a request."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from pledges.models.choices import Status
from pledges.models.metric import Metric


class PledgeCount(models.Model):
    """One shard of the counter of a year, metric and status.

    The count is the sum of the shards; a single shard can be negative. Sharding lets writers count without waiting for
    each other: see `CountPledges`.
    """

    year = models.PositiveSmallIntegerField()
    metric = models.ForeignKey(Metric, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    status = models.CharField(max_length=12, choices=Status)
    count = models.IntegerField()

    class Meta:
        verbose_name = _("count of pledges")
        verbose_name_plural = _("counts of pledges")
        default_permissions = ()
        indexes = [models.Index(fields=["year", "metric", "status"], name="pledge_count_by_kind")]

    def __str__(self) -> str:
        return f"{self.year} · {self.metric_id} · {self.status}: {self.count:+}"
