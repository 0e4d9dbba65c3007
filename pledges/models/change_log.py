"""The log of public changes, in order of commit. Mirrors read it through the API; webhooks are sent from it."""

import json
from datetime import datetime
from typing import NamedTuple

from django.db import models
from django.db.models import Case, F, Value, When
from django.db.models.query import RawQuerySet
from django.utils.translation import gettext_lazy as _

from pledges.models.choices import ChangeKind, Status
from pledges.models.place import District
from pledges.models.triggers.change_log import AssignNumber, DeferNumbering, RejectRewriting


class Revision(models.Model):
    """A transaction that changed something public.

    Numbers become visible in increasing order: after a number has become visible, no smaller number will. The number is
    null until the commit.
    """

    number = models.BigIntegerField(_("number"), unique=True, null=True, editable=False)
    at = models.DateTimeField(_("committed at"), null=True, editable=False)

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        default_permissions = ()
        triggers = [DeferNumbering(), AssignNumber(), RejectRewriting("id")]

    def __str__(self) -> str:
        return str(self.number)


class LogCursor(NamedTuple):
    """A position in the log: after one entry, or at the beginning (`LOG_START`)."""

    number: int
    ref: str


LOG_START = LogCursor(0, "")

# The columns are named, since PostgreSQL rejects a prepared `SELECT *` once a migration has added a column.
# Both a revision's entries and the revisions can be a million; the lateral join reads at most `limit` rows of each.
ENTRIES_AFTER = """
    SELECT entry.id, entry.revision_id, entry.ref, entry.previous_status, entry.status, entry.kind, entry.district_id,
        entry.previous_district_id, entry.amendment_id, revision.number, revision.at,
        (
            SELECT json_agg(json_build_object('kind', kind, 'old', source, 'new', target) ORDER BY id)::text
            FROM pledges_redirect redirect WHERE redirect.revision_id = revision.id
        ) AS redirects_json
    FROM pledges_revision revision
    CROSS JOIN LATERAL (
        SELECT * FROM pledges_change change
        WHERE change.revision_id = revision.id
            AND change.ref > CASE WHEN revision.number = %(number)s THEN %(ref)s ELSE '' END COLLATE "C"
        ORDER BY change.ref LIMIT %(limit)s
    ) entry
    WHERE revision.number >= %(number)s ORDER BY revision.number, entry.ref LIMIT %(limit)s
"""


class ChangeManager(models.Manager["Change"]):
    def after(self, position: LogCursor, limit: int) -> "RawQuerySet[Change]":
        """At most `limit` entries after a position, in order of commit, each with annotations from its revision."""
        return self.raw(ENTRIES_AFTER, {"number": position.number, "ref": position.ref, "limit": limit})


class Change(models.Model):
    """The change of one pledge in a revision.

    `previous_status` and `status` are null where the pledge was not public before, or is not public afterwards. The
    districts are those at that time; `previous_district` is null if the pledge was not public. Foreign keys have no
    constraint, because entries outlive the rows that they refer to.
    """

    revision = models.ForeignKey(
        Revision, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="changes"
    )
    ref = models.CharField(max_length=64, db_collation="C")
    previous_status = models.CharField(max_length=12, choices=Status, null=True)  # noqa: DJ001  not public
    status = models.CharField(max_length=12, choices=Status, null=True)  # noqa: DJ001  not public
    kind = models.GeneratedField(
        expression=Case(
            When(previous_status=None, then=Value(ChangeKind.CREATED)),
            When(status=None, then=Value(ChangeKind.WITHDRAWN)),
            When(status=F("previous_status"), then=Value(ChangeKind.CHANGED)),
            default=Value(ChangeKind.STATUS_CHANGED),
        ),
        output_field=models.CharField(max_length=14, choices=ChangeKind),
        db_persist=True,
    )
    district = models.ForeignKey(District, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    previous_district = models.ForeignKey(
        District, models.DO_NOTHING, db_constraint=False, db_index=False, null=True, related_name="+"
    )

    amendment = models.ForeignKey(
        "Amendment", models.DO_NOTHING, db_constraint=False, db_index=False, null=True, related_name="+"
    )

    # Annotated by `ChangeManager.after()`.
    number: int
    at: datetime
    redirects_json: str | None

    objects = ChangeManager()

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "ref"],
                name="change_unique_in_revision",
                violation_error_message=_("A pledge can occur only once in a revision."),
            ),
        ]
        triggers = [RejectRewriting("revision_id")]

    def __str__(self) -> str:
        return f"{self.kind} · {self.ref}"

    @property
    def redirects(self) -> list[dict[str, str]]:
        """The rows that were merged in the revision: kind, old and new identifier."""
        return json.loads(self.redirects_json or "[]")  # type: ignore[no-any-return]

    @property
    def position(self) -> LogCursor:
        return LogCursor(self.number, self.ref)


class ChangedRow(models.Model):
    """A row that a transaction has changed, and that pledges show in one of the ways of `SHOWN_AS`.

    One row, `PUBLIC_BY_ITSELF`, says that the transaction changed something that is public without a pledge.

    The commit logs these pledges and deletes it, so other transactions never see any.
    """

    pk = models.CompositePrimaryKey("revision_id", "shown_as", "key")
    revision = models.ForeignKey(Revision, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    shown_as = models.CharField(max_length=20)
    key = models.CharField(max_length=20, db_collation="C")

    class Meta:
        verbose_name = _("changed row")
        verbose_name_plural = _("changed rows")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.shown_as} {self.key}"
