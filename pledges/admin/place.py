"""Admin of districts."""

import re
from typing import Any

from django.contrib import admin
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.forms import SimpleArrayField
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesCheckboxFilter

from pledges.admin.base import PledgeCountAdmin
from pledges.admin.mixins.merging import MergeMixin
from pledges.models import District


class NamesField(SimpleArrayField):
    """Names separated by commas, also full-width ones (，、)."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(re.sub("[，、]", ",", value) if isinstance(value, str) else value)


@admin.register(District)
class DistrictAdmin(MergeMixin, PledgeCountAdmin):
    path_from_pledge = "district"
    permanent_fields = ("slug",)
    list_display = ["name", "name_en", "kind", "code", "parent", "slug", "pledge_count"]
    list_filter = [("kind", ChoicesCheckboxFilter), ("parent", AutocompleteSelectFilter)]
    list_select_related = ["parent"]
    search_fields = ["search_text__has_folded", "slug", "code"]
    autocomplete_fields = ["parent"]
    formfield_overrides = PledgeCountAdmin.formfield_overrides | {ArrayField: {"form_class": NamesField}}
    fields = [("name", "name_en"), ("kind", "code"), ("parent", "aliases"), "slug"]
