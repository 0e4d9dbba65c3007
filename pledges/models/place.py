"""Districts: countries, provinces, cities, counties, banners, zones and towns, as a tree."""

import re
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import ClassVar, Self

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Least, Left, Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from pledges.domain.dates import YEAR_MONTH_OR_DAY as VALIDITY
from pledges.models.choices import DistrictKind, allowed_values
from pledges.models.natural_keys import BilingualModel, NaturalKeyManager, reject_new_slug_unless_ascii, slug_fits_url
from pledges.models.texts import LineField, NameField, clean_texts
from pledges.models.tracking import tracked
from pledges.models.triggers.amendment import ProtectJudged
from pledges.models.triggers.change_log import LogDependents
from pledges.models.triggers.pledge import RefreshDerived
from pledges.models.triggers.redirect import RejectDeletionOfTarget, RejectMergedIdentifier
from pledges.models.triggers.rejection import MESSAGES, RejectChange, RejectCycle
from pledges.models.triggers.search import DeriveSearchTextOfDistrict

GB_T_2260 = "GB/T 2260"
ISO_3166_1 = "ISO 3166-1"
# Patterns of codes, without anchors. Those of other schemes only have to fit in a URL.
CODES = {GB_T_2260: "[0-9]{6}", ISO_3166_1: "[A-Z]{2}"}
ANY_CODE = "[A-Za-z0-9][A-Za-z0-9._-]*"
INITIALS = re.compile("[A-Za-z]{2,10}")
# A renamed place is found by each of its names: with its successors, its predecessors and all that is below them.
SUCCESSORS = """
    WITH RECURSIVE successors AS (
        SELECT id, successor_id FROM pledges_district WHERE id = ANY(%s)
        UNION
        SELECT later.id, later.successor_id
            FROM successors earlier JOIN pledges_district later ON later.id = earlier.successor_id
    )
"""
WITH_OTHER_NAMES = f"""
    {SUCCESSORS}, named AS (
        SELECT id FROM successors
        UNION
        SELECT earlier.id FROM named JOIN pledges_district earlier ON earlier.successor_id = named.id
    )
    SELECT id FROM named
"""  # noqa: S608  constant SQL
DISTRICTS_BELOW = f"""
    {SUCCESSORS}, below AS (
        SELECT id FROM successors
        UNION
        SELECT lower_or_earlier.id FROM below JOIN LATERAL (
            SELECT id FROM pledges_district WHERE parent_id = below.id
            UNION ALL
            SELECT id FROM pledges_district WHERE successor_id = below.id
        ) lower_or_earlier ON true
    )
    SELECT id FROM below
"""  # noqa: S608  constant SQL


def _common_precision(column: str) -> Left:
    """Return a date as far as both dates of the validity are known: 2017 of 2017-04 if the other one is 2018."""
    return Left(column, Least(Length("valid_from"), Length("valid_to")))


class DistrictQuerySet(models.QuerySet["District"]):
    def within(self, districts: Iterable[int]) -> Self:
        """Return the districts with these primary keys, and all districts below them, also under former names."""
        return self.filter(id__in=RawSQL(DISTRICTS_BELOW, [list(districts)]))  # noqa: S611 constant SQL

    def with_other_names(self, districts: Iterable[int]) -> Self:
        """Return the districts with these primary keys, what they became, and what became one of these."""
        return self.filter(id__in=RawSQL(WITH_OTHER_NAMES, [list(districts)]))  # noqa: S611 constant SQL

    def search(self, text: str) -> Self:
        """Return the districts with the text in a name, also in pinyin or initials, or at the beginning of the code."""
        found = Q(search_text__has_folded=text) | Q(code__istartswith=text.strip())
        if INITIALS.fullmatch(text.strip()):
            found |= Q(pinyin__regex="^" + "[^ ]* ".join(text.strip().lower()))
        return self.filter(found | Q(slug__icontains=text))

    def used_first(self) -> Self:
        """Order districts that pledges or posts refer to before all others."""
        users: list[models.QuerySet[models.Model]] = [
            models.QuerySet(apps.get_model("pledges", name)) for name in ("Pledge", "Post")
        ]
        is_used = reduce(or_, (Q(Exists(rows.filter(district=OuterRef("pk")))) for rows in users))
        return self.order_by(Case(When(is_used, then=0), default=1), "code", "slug")


DistrictManager = NaturalKeyManager.from_queryset(DistrictQuerySet)


@tracked(exclude=["search_text"])
class District(BilingualModel):
    name = NameField(_("name"), max_length=100)
    name_en = NameField(_("English name"), max_length=100, blank=True)
    pinyin = LineField(
        _("pinyin"),
        max_length=200,
        blank=True,
        db_default="",
        help_text=_("In syllables, without tones: chong qing shi."),
    )
    kind = models.CharField(_("kind"), max_length=30, choices=DistrictKind)
    code = models.CharField(  # noqa: DJ001  unique, so that of a place without one is null
        _("place code"),
        max_length=20,
        null=True,
        blank=True,
        help_text=_("150105; of a country, CN. Leave empty for development zones."),
    )
    code_scheme = NameField(
        _("scheme of the code"),
        max_length=50,
        default=GB_T_2260,
        db_default=GB_T_2260,
        help_text=_("GB/T 2260 in China, ISO 3166-1 for countries, or any other: ISO 3166-2."),
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
    valid_from = models.CharField(
        _("valid from"),
        max_length=10,
        blank=True,
        db_default="",
        help_text=_("When the place got this name and kind, as precise as known: 2017, 2017-04, 2017-04-10."),
    )
    valid_to = models.CharField(
        _("valid to"),
        max_length=10,
        blank=True,
        db_default="",
        help_text=_("When it lost them. Empty for a place of today."),
    )
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("successor"),
        help_text=_("What a former place became: 宁乡市 for 宁乡县. Its pledges stay its own; filters find both."),
    )
    search_text = models.TextField(editable=False, db_default="")  # filled in by a trigger

    objects: ClassVar[DistrictManager["District"]] = DistrictManager()

    class Meta:
        verbose_name = _("district")
        verbose_name_plural = _("districts")
        ordering = ["code", "code_scheme", "slug"]
        constraints = [
            allowed_values("district", "kind", DistrictKind),
            slug_fits_url("district"),
            clean_texts("district", names=["name", "name_en", "code_scheme"], lines=["pinyin"], name_lists=["aliases"]),
            models.CheckConstraint(
                condition=~Q(code_scheme=GB_T_2260) | Q(code__regex=f"^{CODES[GB_T_2260]}$"),
                name="district_code_has_six_digits",
                violation_error_message=_("A GB/T 2260 code has six digits, such as 150105."),
            ),
            models.CheckConstraint(
                condition=~Q(code_scheme=ISO_3166_1) | Q(code__regex=f"^{CODES[ISO_3166_1]}$"),
                name="district_code_of_country",
                violation_error_message=_("The ISO 3166-1 code of a country has two capital letters, such as CN."),
            ),
            models.CheckConstraint(
                condition=Q(code__regex=f"^{ANY_CODE}$"),
                name="district_code_fits_url",
                violation_error_message=_("A code starts with a letter or digit and may contain “.”, “_” and “-”."),
            ),
            models.CheckConstraint(
                condition=~Q(code_scheme=""),
                name="district_code_scheme_not_empty",
                violation_error_message=_("Name the scheme of the code, such as GB/T 2260."),
            ),
            models.UniqueConstraint(
                fields=["code_scheme", "code"],
                name="district_code_unique",
                violation_error_message=_("There is a district with this code already."),
            ),
            models.CheckConstraint(
                condition=Q(valid_from__regex=f"^({VALIDITY})?$", valid_to__regex=f"^({VALIDITY})?$"),
                name="district_validity_is_a_date",
                violation_error_message=_("Write a date as 2017, 2017-04 or 2017-04-10."),
            ),
            models.CheckConstraint(
                condition=Q(LessThanOrEqual(_common_precision("valid_from"), _common_precision("valid_to"))),
                name="district_valid_from_not_after_valid_to",
                violation_error_message=_("A place can't cease to exist before it begins."),
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
            RejectCycle("pledges_district", "successor_id", "district_not_its_own_successor"),
            RejectChange("slug", "slug_is_permanent"),
            RejectMergedIdentifier("district"),
            RejectDeletionOfTarget("district"),
            reject_new_slug_unless_ascii(),
            RefreshDerived("district_id = NEW.id", on_change_of=("name", "aliases")),
            DeriveSearchTextOfDistrict(),
            ProtectJudged("district"),
            LogDependents("district", is_public_by_itself=True),
        ]

    def clean(self) -> None:
        super().clean()
        if self.pk:
            for link in ("parent", "successor"):
                if self._leads_back_by(link):
                    rule = "district_not_its_own_ancestor" if link == "parent" else "district_not_its_own_successor"
                    raise ValidationError({link: MESSAGES[rule]})

    def _leads_back_by(self, link: str) -> bool:
        """Return whether the foreign key leads back to this district, directly or through others."""
        passed, district = set[int](), getattr(self, link)
        while district and district.pk not in passed:
            if district.pk == self.pk:
                return True
            passed.add(district.pk)
            district = getattr(district, link)
        return False
