"""The settings of the record that rules of the database follow."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pledges.models.texts import NameField, clean_texts
from pledges.models.triggers.pledge import RefreshDerived
from pledges.models.triggers.record_settings import KeepFiscalYearOfJudged


class RecordSettingsManager(models.Manager["RecordSettings"]):
    def differ(self) -> bool:
        """Return whether the database follows other settings than this process."""
        record = settings.RECORD_SETTINGS
        return self.exclude(time_zone=record.time_zone, fiscal_year_starts=record.fiscal_year_starts).exists()

    def adopt(self) -> None:
        """Let the database follow the settings of this process."""
        record = settings.RECORD_SETTINGS
        if self.differ() or not self.exists():
            values = {"time_zone": record.time_zone, "fiscal_year_starts": record.fiscal_year_starts}
            self.update_or_create(pk=1, defaults=values)


class RecordSettings(models.Model):
    """The only row, with the settings of the record's `record.yaml`, which a load copies.

    `pledges_time_zone()` and `pledges_year_end()` read it; without a row they follow the calendar of China.
    """

    id = models.SmallIntegerField(primary_key=True, default=1, db_default=1)
    time_zone = NameField(max_length=50, default="Asia/Shanghai", db_default="Asia/Shanghai")
    fiscal_year_starts = models.SmallIntegerField(default=1, db_default=1)  # the number of a month

    objects: ClassVar[RecordSettingsManager] = RecordSettingsManager()

    class Meta:
        default_permissions = ()
        constraints = [
            clean_texts("record_settings", names=["time_zone"]),
            models.CheckConstraint(
                condition=Q(id=1),
                name="record_settings_is_one_row",
                violation_error_message=_("A record has its settings once."),
            ),
            models.CheckConstraint(
                condition=Q(fiscal_year_starts__gte=1, fiscal_year_starts__lte=12),
                name="record_settings_fiscal_year_starts_with_month",
                violation_error_message=_("A fiscal year starts with one of the months 1 to 12."),
            ),
        ]
        triggers = [
            KeepFiscalYearOfJudged(),
            RefreshDerived("deadline IS NULL", on_change_of=("fiscal_year_starts",)),
        ]

    def __str__(self) -> str:
        return self.time_zone
