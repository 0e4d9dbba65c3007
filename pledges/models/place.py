"""Districts: provinces, cities, counties, banners and zones, as a tree."""

from collections.abc import Iterable
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from pledges.models.choices import DistrictKind, allowed_values
from pledges.models.natural_keys import BilingualModel, NaturalKeyManager, reject_new_slug_unless_ascii, slug_fits_url
from pledges.models.texts import NameField, clean_texts
from pledges.models.tracking import tracked
from pledges.models.triggers.amendment import ProtectJudged
from pledges.models.triggers.change_log import LogDependents
from pledges.models.triggers.pledge import RefreshDerived
from pledges.models.triggers.redirect import RejectDeletionOfTarget, RejectMergedIdentifier
from pledges.models.triggers.rejection import MESSAGES, RejectChange, RejectCycle
from pledges.models.triggers.search import DeriveSearchText

DISTRICTS_BELOW = """
    WITH RECURSIVE below AS (
        SELECT id FROM pledges_district WHERE id = ANY(%s)
        UNION
        SELECT child.id FROM pledges_district child JOIN below ON child.parent_id = below.id
    )
    SELECT id FROM below
"""


class DistrictQuerySet(models.QuerySet["District"]):
    def within(self, districts: Iterable[int]) -> Self:
        """Return the districts with these primary keys, and all districts below them."""
        return self.filter(id__in=RawSQL(DISTRICTS_BELOW, [list(districts)]))  # noqa: S611 constant SQL


DistrictManager = NaturalKeyManager.from_queryset(DistrictQuerySet)


@tracked(exclude=["search_text"])
class District(BilingualModel):
    name = NameField(_("name"), max_length=100)
    name_en = NameField(_("English name"), max_length=100, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=DistrictKind)
    code = models.CharField(
        _("GB/T 2260 code"),
        max_length=6,
        unique=True,
        null=True,
        blank=True,
        help_text=_("Leave empty for development zones."),
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent district")
    )
    aliases = ArrayField(
        NameField(max_length=100),
        verbose_name=_("other names"),
        default=list,
        blank=True,
        help_text=_("As newspapers write it, separated by commas: 土左旗,土旗."),
    )
    search_text = models.TextField(editable=False, db_default="")  # filled in by a trigger

    objects: ClassVar[DistrictManager["District"]] = DistrictManager()

    class Meta:
        verbose_name = _("district")
        verbose_name_plural = _("districts")
        ordering = ["code", "slug"]
        constraints = [
            allowed_values("district", "kind", DistrictKind),
            slug_fits_url("district"),
            clean_texts("district", names=["name", "name_en"], name_lists=["aliases"]),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{6}$"),
                name="district_code_has_six_digits",
                violation_error_message=_("A GB/T 2260 code has six digits, such as 150105."),
            ),
            models.UniqueConstraint(
                fields=["parent", "name"],
                name="district_name_unique_below_parent",
                nulls_distinct=False,
                violation_error_message=_("There is a district of this name in the same place already."),
            ),
        ]
        triggers = [
            RejectCycle("pledges_district", "parent_id", "district_not_its_own_ancestor"),
            RejectChange("slug", "slug_is_permanent"),
            RejectMergedIdentifier("district"),
            RejectDeletionOfTarget("district"),
            reject_new_slug_unless_ascii(),
            RefreshDerived("district_id = NEW.id", on_change_of=("name", "aliases")),
            DeriveSearchText("name", "name_en", lists=("aliases",)),
            ProtectJudged("district"),
            LogDependents("district", is_public_by_itself=True),
        ]

    def clean(self) -> None:
        super().clean()
        if self.pk and self.parent_id and District.objects.within([self.pk]).filter(pk=self.parent_id).exists():
            raise ValidationError({"parent": MESSAGES["district_not_its_own_ancestor"]})
