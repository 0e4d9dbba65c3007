"""Officials, and the posts that they held when they made a statement."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pledges.models.body import Body
from pledges.models.natural_keys import NaturalKeyManager, NaturalKeyModel, slug_fits_url, validate_slug
from pledges.models.place import District
from pledges.models.publication import has_public_pledge
from pledges.models.texts import NameField, clean_texts
from pledges.models.tracking import tracked
from pledges.models.triggers.amendment import ProtectJudged
from pledges.models.triggers.change_log import LogDependents
from pledges.models.triggers.edits import MarkForeignKeyEdited
from pledges.models.triggers.pledge import RefreshDerived
from pledges.models.triggers.redirect import RejectDeletionOfTarget, RejectMergedIdentifier
from pledges.models.triggers.rejection import RejectChange, RejectNewSlug
from pledges.models.triggers.search import DeriveSearchText


class OfficialQuerySet(models.QuerySet["Official"]):
    def public(self) -> Self:
        return self.filter(has_public_pledge("statement__official"))


OfficialManager = NaturalKeyManager.from_queryset(OfficialQuerySet)


@tracked(exclude=["search_text"])
class Official(NaturalKeyModel):
    slug = models.CharField(
        _("slug"),
        max_length=100,
        unique=True,
        validators=[validate_slug],
        help_text=_("Made from the name if empty. For a namesake with a suffix: 李伟-玉泉. Can't be changed later."),
    )
    name = NameField(_("name"), max_length=100)
    search_text = models.TextField(editable=False, db_default="")  # filled in by a trigger

    objects: ClassVar[OfficialManager["Official"]] = OfficialManager()

    class Meta:
        verbose_name = _("official")
        verbose_name_plural = _("officials")
        ordering = ["slug"]
        constraints = [
            slug_fits_url("official"),
            clean_texts("official", names=["name"]),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="official_name_not_empty",
                violation_error_message=_("Enter the official's name."),
            ),
        ]
        triggers = [
            RejectChange("slug", "slug_is_permanent"),
            RejectMergedIdentifier("official"),
            RejectDeletionOfTarget("official"),
            RejectNewSlug(
                unless="pledges_is_clean_name(NEW.slug) AND NEW.slug NOT IN ('.', '..')", rule="official_slug_is_clean"
            ),
            RefreshDerived(
                "statement_id IN (SELECT id FROM pledges_statement WHERE official_id = NEW.id)",
                on_change_of=("name",),
            ),
            DeriveSearchText("name"),
            ProtectJudged("official"),
            LogDependents("official", is_public_by_itself=False),
        ]

    def __str__(self) -> str:
        return self.slug


class PostQuerySet(models.QuerySet["Post"]):
    def public(self) -> Self:
        return self.filter(has_public_pledge("statement__post"))


@tracked(exclude=["search_text"])
class Post(models.Model):
    district = models.ForeignKey(District, models.PROTECT, related_name="posts", verbose_name=_("district"))
    body = models.ForeignKey(
        Body,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="posts",
        verbose_name=_("body"),
        help_text=_("The department, unless the post is in the district's own leadership: 市财政局."),
    )
    title = NameField(_("title of the post"), max_length=200, help_text=_("As printed: 赛罕区委副书记、区长."))

    search_text = models.TextField(editable=False, db_default="")  # filled in by a trigger

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["district", "title", "id"]
        constraints = [
            clean_texts("post", names=["title"]),
            models.UniqueConstraint(
                fields=["district", "body", "title"],
                name="post_unique",
                nulls_distinct=False,
                violation_error_message=_("There is such a post already."),
            ),
            models.CheckConstraint(
                condition=~Q(title=""),
                name="post_title_not_empty",
                violation_error_message=_("Enter the title of the post."),
            ),
        ]
        triggers = [
            MarkForeignKeyEdited("statement", "post", on_change_of=("district", "body", "title")),
            DeriveSearchText("title"),
            ProtectJudged("post"),
            RejectDeletionOfTarget("post", "id"),
            LogDependents("post", is_public_by_itself=False),
        ]

    def __str__(self) -> str:
        return self.title
