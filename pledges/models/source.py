"""Sources of pledges: documents, such as newspaper pages, and the statements of a person or body in a document."""

from collections.abc import Collection
from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import ExpressionWrapper, F, IntegerField, Q, Value
from django.db.models.functions import Cast, Coalesce, Left, Length, NullIf, Substr
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.translation import gettext_lazy as _

from pledges.domain.dates import PARTIAL_DATE, earliest
from pledges.domain.document_rules import broken_document_rules
from pledges.models.body import Body
from pledges.models.choices import DocumentKind, allowed_values
from pledges.models.links import LinkField, link_constraint
from pledges.models.natural_keys import NaturalKeyManager, NaturalKeyModel, reject_new_slug_unless_ascii, slug_fits_url
from pledges.models.person import Official, Post
from pledges.models.publication import has_public_pledge
from pledges.models.texts import LineField, MultilineField, NameField, clean_texts
from pledges.models.tracking import tracked
from pledges.models.triggers.amendment import ProtectJudged
from pledges.models.triggers.change_log import LogDependents
from pledges.models.triggers.edits import MarkEdits, MarkForeignKeyEdited
from pledges.models.triggers.pledge import LOCK_SOURCES_OF_STATEMENT, RefreshDerived
from pledges.models.triggers.redirect import RejectDeletionOfTarget, RejectMergedIdentifier
from pledges.models.triggers.rejection import MESSAGES, RejectChange
from pledges.models.triggers.search import DeriveSearchText
from pledges.models.violations import violation_messages

DATE_MESSAGE = _("Write a date as 2025, 2025-01, 2025-01-20 or 2025-01-20/..")


def _earliest_day(column: str) -> models.Func:
    """Return the earliest day that a partial date can mean."""
    return models.Func(_part(column, 1, 4), _part(column, 6, 2), _part(column, 9, 2), function="make_date")


def _part(column: str, start: int, length: int) -> Cast:
    """Return one part of a partial date as a number, or 1 if it is unknown."""
    return Cast(Coalesce(NullIf(Substr(F(column), start, length), Value("")), Value("1")), IntegerField())


class DocumentQuerySet(models.QuerySet["Document"]):
    def public(self) -> Self:
        return self.filter(has_public_pledge("statement__document"))


DocumentManager = NaturalKeyManager.from_queryset(DocumentQuerySet)


@tracked(exclude=["date_earliest", "text", "search_text", "edited_fields"])
class Document(NaturalKeyModel):
    slug = models.SlugField(
        _("slug"), max_length=100, unique=True, help_text=_("The page's file name without extension.")
    )
    title = LineField(_("title"), max_length=200, blank=True)
    kind = models.CharField(
        _("kind"),
        max_length=30,
        choices=DocumentKind.choices,
        default=DocumentKind.NEWSPAPER_PAGE,
        db_default=DocumentKind.NEWSPAPER_PAGE,
    )
    publisher = NameField(_("publisher"), max_length=100, blank=True)
    date = models.CharField(
        _("date said"),
        max_length=13,
        help_text=_("As precise as known: 2025, 2025-01, 2025-01-20; 2024-02-20/.. for that day or later."),
    )
    date_earliest = models.GeneratedField(
        verbose_name=_("earliest possible day"),
        expression=_earliest_day("date"),
        output_field=models.DateField(),
        db_persist=True,
    )
    published = models.CharField(
        _("date published"),
        max_length=13,
        blank=True,
        default="",
        db_default="",
        help_text=_("If known, and in the same forms. Not before the date said."),
    )
    url = LinkField(_("address"), max_length=500, blank=True)
    archived_url = LinkField(
        _("link to an archived copy"),
        max_length=500,
        blank=True,
        default="",
        db_default="",
        help_text=_("A copy in a web archive, which stays when the original is gone."),
    )
    archived_on = models.DateField(
        _("archived on"), null=True, blank=True, help_text=_("The day on which the copy was made.")
    )
    text = MultilineField(
        _("page text"),
        blank=True,
        default="",
        db_default="",
        help_text=_("For editors only; copyright of the newspaper, never published."),
    )
    edited_fields = ArrayField(models.CharField(max_length=30), default=list, db_default=[], editable=False)

    search_text = models.TextField(editable=False, db_default="")  # filled in by a trigger

    objects: ClassVar[DocumentManager["Document"]] = DocumentManager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["slug"]
        constraints = [
            slug_fits_url("document"),
            clean_texts("document", names=["publisher"], lines=["title"], texts=["text"]),
            allowed_values("document", "kind", DocumentKind),
            link_constraint("document_url_is_one_link"),
            link_constraint("document_archived_url_is_one_link", "archived_url"),
            models.CheckConstraint(
                condition=Q(date__regex=f"^{PARTIAL_DATE}$"),
                name="document_date_is_a_date",
                violation_error_message=DATE_MESSAGE,
            ),
            # PostgreSQL computes the earliest day and rejects one that does not exist.
            models.CheckConstraint(
                condition=Q(published="")
                | Q(published__regex=f"^{PARTIAL_DATE}$")
                & Q(
                    GreaterThanOrEqual(
                        ExpressionWrapper(_earliest_day("published"), models.DateField()), Value(date.min)
                    )
                ),
                name="document_published_is_a_date",
                violation_error_message=DATE_MESSAGE,
            ),
            # Dates are as precise as known, and are compared as far as both are.
            models.CheckConstraint(
                condition=Q(published="")
                | Q(published__endswith="/..")
                | Q(published__gte=Left("date", Length("published"))),
                name="document_published_not_before_said",
                violation_error_message=_("The document was published before the date on which it was said."),
            ),
            models.CheckConstraint(
                condition=Q(archived_url="", archived_on=None) | (~Q(archived_url="") & Q(archived_on__isnull=False)),
                name="document_archived_url_and_day",
                violation_error_message=_("Give both the link to the archived copy and its day, or neither."),
            ),
            models.CheckConstraint(
                condition=Q(archived_on=None) | Q(archived_on__gte=F("date_earliest")),
                name="document_archived_not_before_said",
                violation_error_message=_("The copy was archived before the date on which it was said."),
            ),
        ]
        triggers = [
            RejectChange("slug", "slug_is_permanent"),
            RejectMergedIdentifier("document"),
            RejectDeletionOfTarget("document"),
            reject_new_slug_unless_ascii(),
            MarkEdits(not_loaded=("id", "slug", "date_earliest", "search_text", "edited_fields")),
            DeriveSearchText("title"),
            ProtectJudged("document"),
            RefreshDerived(
                "statement_id IN (SELECT id FROM pledges_statement WHERE document_id = NEW.id)",
                on_change_of=("date",),
            ),
            LogDependents("document", is_public_by_itself=False),
        ]

    def __str__(self) -> str:
        return self.title or self.slug

    def clean(self) -> None:
        """Report by field the errors that the generated column or a trigger would otherwise raise."""
        super().clean()
        try:
            said_earliest = earliest(self.date)
        except ValueError:
            raise ValidationError({"date": DATE_MESSAGE}) from None
        try:
            broken = list(
                broken_document_rules(
                    said=self.date,
                    published=self.published,
                    archived_url=self.archived_url,
                    archived_on=self.archived_on,
                )
            )
        except ValueError:
            raise ValidationError({"published": DATE_MESSAGE}) from None
        errors = {field: violation_messages()[rule] for field, rule in broken}
        if Statement.objects.filter(document=self.pk, pledges__deadline__lt=said_earliest).exists():
            errors["date"] = MESSAGES["pledge_deadline_not_before_statement"]
        if errors:
            raise ValidationError(errors)


class StatementQuerySet(models.QuerySet["Statement"]):
    def public(self) -> Self:
        return self.filter(has_public_pledge("statement"))

    def of_bodies(self, bodies: Collection[Any]) -> models.QuerySet[Any, Any]:
        """Return the keys of the statements that these bodies made, or an official in a post of theirs.

        It is a union, because PostgreSQL expects half of all statements from OR with a subquery.
        """
        own, of_officials = self.filter(body__in=bodies), self.filter(post__body__in=bodies)
        return own.values("pk").union(of_officials.values("pk"))


@tracked(exclude=["edited_fields"])
class Statement(models.Model):
    """What one speaker says in one document: an official in a post, a body whose document it is, or both together."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="statements", verbose_name=_("document"))
    official = models.ForeignKey(
        Official, models.PROTECT, null=True, blank=True, related_name="statements", verbose_name=_("official")
    )
    post = models.ForeignKey(
        Post,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="statements",
        verbose_name=_("post"),
        help_text=_("The post held on that day."),
    )
    body = models.ForeignKey(
        Body,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="statements",
        verbose_name=_("body"),
        help_text=_("The body whose document it is, such as a plan or a work report: 省人民政府."),
    )
    headline = LineField(_("headline"), max_length=200, blank=True)
    edited_fields = ArrayField(models.CharField(max_length=30), default=list, db_default=[], editable=False)

    objects = StatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        ordering = ["document", "id"]
        constraints = [
            clean_texts("statement", lines=["headline"]),
            models.UniqueConstraint(
                fields=["document", "official", "post", "body"],
                name="statement_unique",
                nulls_distinct=False,
                violation_error_message=_("This document has a statement by the same speaker already."),
            ),
            models.CheckConstraint(
                condition=Q(official=None, post=None) | Q(official__isnull=False, post__isnull=False),
                name="statement_official_has_post",
                violation_error_message=_("Give both the official and the post, or neither."),
            ),
            models.CheckConstraint(
                condition=Q(official__isnull=False) | Q(body__isnull=False),
                name="statement_has_speaker",
                violation_error_message=_("Give an official with a post, a body, or both."),
            ),
        ]
        triggers = [
            MarkEdits(not_loaded=("id", "document_id", "official_id", "edited_fields")),
            MarkForeignKeyEdited("pledge", "statement", on_change_of=("official", "document")),
            ProtectJudged("statement"),
            RefreshDerived(
                "statement_id = NEW.id", on_change_of=("official", "body", "document"), lock=LOCK_SOURCES_OF_STATEMENT
            ),
            RejectDeletionOfTarget("statement", "id"),
            LogDependents("statement", is_public_by_itself=False),
        ]

    def __str__(self) -> str:
        return f"{self.speaker_name} · {self.document}"

    @property
    def speaker(self) -> Official | Body:
        """The official or, if no person spoke, the body."""
        speaker = self.official or self.body
        assert speaker  # noqa: S101  `statement_has_speaker`
        return speaker

    @property
    def speaker_name(self) -> str:
        """The name of the official or, if no person spoke, that of the body in the current language."""
        return self.official.name if self.official else str(self.body or "")  # a form can lack both

    def clean(self) -> None:
        """Report by field an error that a trigger would otherwise raise."""
        super().clean()
        if self.pk and self.document_id and self.pledges.filter(deadline__lt=self.document.date_earliest).exists():
            raise ValidationError({"document": MESSAGES["pledge_deadline_not_before_statement"]})
