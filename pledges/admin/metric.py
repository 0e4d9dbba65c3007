"""Admin of topics and metrics."""

from django.contrib import admin
from django.contrib.postgres.fields import ArrayField
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesCheckboxFilter, RelatedDropdownFilter

from pledges.admin.base import PledgeCountAdmin
from pledges.admin.form_fields import NamesField
from pledges.admin.mixins.merging import MergeMixin
from pledges.admin.mixins.waiting_drafts import CompletesDraftsMixin
from pledges.models import Metric, Topic


@admin.register(Topic)
class TopicAdmin(PledgeCountAdmin):
    path_from_pledge = "metric__topic"
    permanent_fields = ("slug",)
    list_display = ["name", "name_en", "slug", "pledge_count"]
    search_fields = ["name__folds_to", "name_en__folds_to", "slug"]
    fields = ["name", "name_en", "slug"]


@admin.register(Metric)
class MetricAdmin(CompletesDraftsMixin, MergeMixin, PledgeCountAdmin):
    path_from_pledge = "metric"
    permanent_fields = ("slug",)
    list_display = [
        *("name", "name_en", "topic", "dimension", "direction", "usual_unit", "usual_measure", "slug", "pledge_count")
    ]
    list_filter = [
        ("topic", RelatedDropdownFilter),
        ("dimension", AutocompleteSelectFilter),
        ("direction", ChoicesCheckboxFilter),
    ]
    list_select_related = ["topic", "dimension", "usual_unit"]
    search_fields = ["search_text__has_folded", "slug"]
    autocomplete_fields = ["topic", "dimension", "usual_unit"]
    formfield_overrides = PledgeCountAdmin.formfield_overrides | {ArrayField: {"form_class": NamesField}}
    fields = [
        *(("name", "name_en"), ("topic", "dimension"), ("usual_unit", "usual_measure"), ("direction", "tolerance")),
        ("aliases", "slug"),
    ]
