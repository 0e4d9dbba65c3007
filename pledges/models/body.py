"""Bodies: governments, their departments and other organisations that issue documents and answer for targets."""

from typing import ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Func, Q
from django.utils.translation import gettext_lazy as _

from pledges.models.choices import BodyKind, allowed_values
from pledges.models.natural_keys import BilingualModel, NaturalKeyManager, slug_fits_url, validate_slug
from pledges.models.place import District
from pledges.models.publication import has_public_pledge
from pledges.models.texts import NameField, clean_texts
from pledges.models.tracking import tracked
from pledges.models.triggers.amendment import ProtectJudged
from pledges.models.triggers.change_log import LogDependents
from pledges.models.triggers.pledge import RefreshDerived
from pledges.models.triggers.redirect import RejectDeletionOfTarget, RejectMergedIdentifier
from pledges.models.triggers.rejection import MESSAGES, RejectChange, RejectCycle, RejectNewSlug
from pledges.models.triggers.responsible_bodies import ProtectResponsible
from pledges.models.triggers.search import DeriveSearchText


class IsResponsible(Func):
    """True if a body, given by its slug, is responsible for a published pledge.

    The aggregate must read all pledges of the body. PostgreSQL therefore uses the index `pledge_by_responsible_body`,
    where for EXISTS it would scan the table in the hope that the first one comes soon.
    """

    template = """coalesce((
        SELECT bool_or(state = 'published') FROM pledges_pledge WHERE responsible_bodies @> ARRAY[%(expressions)s]
    ), false)"""
    output_field = models.BooleanField()


class BodyQuerySet(models.QuerySet["Body"]):
    def public(self) -> Self:
        return self.filter(has_public_pledge("statement__body", "statement__post__body") | Q(IsResponsible("slug")))


BodyManager = NaturalKeyManager.from_queryset(BodyQuerySet)


@tracked(exclude=["search_text"])
class Body(BilingualModel):
    slug = models.CharField(
        _("slug"),
        max_length=100,
        unique=True,
        validators=[validate_slug],
        help_text=_("Made from the name if empty; of a second body with this name, with its place. Can't be changed."),
    )
    name = NameField(_("name"), max_length=100, help_text=_("As printed: 市财政局."))
    name_en = NameField(_("English name"), max_length=100, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=BodyKind, default=BodyKind.DEPARTMENT)
    district = models.ForeignKey(District, models.PROTECT, related_name="bodies", verbose_name=_("district"))
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent body")
    )
    search_text = models.TextField(editable=False, db_default="")  # filled in by a trigger

    objects: ClassVar[BodyManager["Body"]] = BodyManager()

    class Meta:
        verbose_name = _("body")
        verbose_name_plural = _("bodies")
        ordering = ["slug"]
        constraints = [
            allowed_values("body", "kind", BodyKind),
            slug_fits_url("body"),
            clean_texts("body", names=["name", "name_en"]),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="body_name_not_empty",
                violation_error_message=_("Enter the name of the body."),
            ),
            models.UniqueConstraint(
                fields=["district", "name"],
                name="body_name_unique_in_district",
                violation_error_message=_("There is a body of this name in this district already."),
            ),
        ]
        triggers = [
            RejectCycle("pledges_body", "parent_id", "body_not_its_own_ancestor"),
            RejectChange("slug", "slug_is_permanent"),
            RejectMergedIdentifier("body"),
            RejectDeletionOfTarget("body"),
            ProtectResponsible(),
            RejectNewSlug(
                unless="pledges_is_clean_name(NEW.slug) AND NEW.slug NOT IN ('.', '..')", rule="body_slug_is_clean"
            ),
            RefreshDerived(
                "statement_id IN (SELECT id FROM pledges_statement WHERE body_id = NEW.id)", on_change_of=("name",)
            ),
            DeriveSearchText("name", "name_en"),
            ProtectJudged("body"),
            LogDependents("body", "responsible_body", is_public_by_itself=False),
        ]

    def clean(self) -> None:
        """Report by field an error that a trigger would otherwise raise."""
        super().clean()
        above = self.parent
        while self.pk and above:
            if above.pk == self.pk:
                raise ValidationError({"parent": MESSAGES["body_not_its_own_ancestor"]})
            above = above.parent
