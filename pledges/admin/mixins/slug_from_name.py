"""Forms of rows whose slug is made from their name, as in files, unless one is entered."""

from typing import Any

from django import forms
from django.db import models

from pledges.domain.identifiers import unused_slug
from pledges.domain.text import clean_name
from pledges.models import Redirect


def taken_slugs(model: type[models.Model]) -> set[str]:
    """Return the slugs of the rows of a model, and of those that were merged."""
    rows: Any = model._meta.default_manager
    return {*rows.values_list("slug", flat=True), *Redirect.objects.targets(str(model._meta.model_name))}


class SlugFromNameForm(forms.ModelForm):  # type: ignore[type-arg]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False

    def clean_slug(self) -> str:
        return clean_name(self.cleaned_data["slug"])

    def clean(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().clean() or self.cleaned_data
        if fields.get("name") and "slug" in fields and not fields["slug"]:
            district = fields.get("district")
            fields["slug"] = unused_slug(
                fields["name"], taken_slugs(type(self.instance)), district.slug if district else ""
            )
        return fields
