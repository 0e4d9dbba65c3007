"""Evidence of a follow-up: a link, an uploaded file, or a statement of the record."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pledges.domain.target_rules import FIRST_YEAR, LAST_DAY
from pledges.models.check_constraints import ValidatesChecksAtOnce
from pledges.models.follow_up import FollowUp
from pledges.models.links import LinkField, link_constraint
from pledges.models.source import Statement
from pledges.models.texts import LineField, NameField, QuoteField, clean_texts
from pledges.models.tracking import tracked
from pledges.models.triggers.follow_up import DropUnusedFile, FreezeEvidence, IncrementVersion
from pledges.models.triggers.rejection import RejectAnyChange

MAX_BYTES = 20 * 1024 * 1024


class StoredFile(models.Model):
    """An uploaded file, keyed by the hash of its content; the same content is stored once and never changes.

    Files are stored in the database, so that they are committed, rolled back and dumped together with the evidence.
    """

    sha256 = models.CharField(_("SHA-256"), max_length=64, primary_key=True)
    media_type = models.CharField(_("media type"), max_length=50)
    content = models.BinaryField(_("content"))
    size = models.GeneratedField(
        verbose_name=_("size in bytes"),
        expression=models.Func("content", function="octet_length"),
        output_field=models.IntegerField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")
        default_permissions = ()  # access is through the evidence
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    sha256=models.Func(
                        models.Func("content", function="sha256", output_field=models.BinaryField()),
                        models.Value("hex"),
                        function="encode",
                        output_field=models.CharField(),
                    )
                ),
                name="stored_file_key_is_hash",
                violation_error_message=_("The SHA-256 does not match the file's content."),
            ),
            models.CheckConstraint(
                condition=Q(size__gt=0) & Q(size__lte=MAX_BYTES),
                name="stored_file_within_limit",
                violation_error_message=_("The file must not be empty or exceed 20 MiB."),
            ),
        ]
        triggers = [RejectAnyChange("stored_file_never_changes")]

    def __str__(self) -> str:
        return self.sha256


@tracked(exclude=[])
class Evidence(ValidatesChecksAtOnce):
    follow_up = models.ForeignKey(FollowUp, models.CASCADE, related_name="evidence", verbose_name=_("follow-up"))
    url = LinkField(
        _("link"),
        max_length=2000,
        blank=True,
        default="",
        help_text=_("URL of a report. Or upload a file, or select a statement."),
    )
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="evidence", verbose_name=_("file")
    )
    file_name = LineField(_("name of the file"), max_length=200, blank=True, default="")
    statement = models.ForeignKey(
        Statement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="evidence",
        verbose_name=_("statement"),
        help_text=_("A statement in the record that reports the result."),
    )
    title = LineField(_("title"), max_length=300, blank=True, default="")
    publisher = NameField(_("publisher"), max_length=100, blank=True, default="")
    published_on = models.DateField(_("published on"), null=True, blank=True)
    quote = QuoteField(_("quote"), blank=True, default="", help_text=_("The passage that supports the status."))

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=(~Q(url="") & Q(file=None, statement=None))
                | (Q(url="", statement=None) & Q(file__isnull=False))
                | (Q(url="", file=None) & Q(statement__isnull=False)),
                name="evidence_is_link_file_or_statement",
                violation_error_message=_("Give exactly one: a link, a file or a statement."),
            ),
            clean_texts("evidence", names=["publisher"], lines=["title", "file_name", "quote"]),
            link_constraint("evidence_link_is_http_url"),
            models.CheckConstraint(
                condition=Q(published_on=None)
                | (Q(published_on__year__gte=FIRST_YEAR) & Q(published_on__lte=LAST_DAY)),
                name="evidence_published_on_plausible",
                violation_error_message=_("The year must be between 1949 and 2200."),
            ),
            models.CheckConstraint(
                condition=Q(file=None, file_name="") | (Q(file__isnull=False) & Q(file_name__regex=r"^[^/\\]+$")),
                name="evidence_file_has_a_plain_name",
                violation_error_message=_("The file name can't contain slashes."),
            ),
        ]
        triggers = [FreezeEvidence(), IncrementVersion(), DropUnusedFile()]

    def __str__(self) -> str:
        return self.title or self.file_name or self.url or str(self.statement)
