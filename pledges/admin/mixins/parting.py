"""Propose that statements of one official are those of another one, with a preview of what moves."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.decorators import action
from unfold.widgets import UnfoldAdminTextInputWidget

from pledges.admin.mixins.merging import ReasonForm, preview_of
from pledges.admin.mixins.slug_from_name import taken_slugs
from pledges.domain.identifiers import unused_slug
from pledges.domain.text import clean_name
from pledges.models import Official, Pledge, Redirect, Statement
from pledges.models.choices import RowKind
from pledges.models.texts import CleanedFormField
from pledges.workflow.merge_proposals import propose_parting

OfficialEvent: Any = Official._meta.get_field("events").related_model


class PartingForm(ReasonForm):
    statements: Any = forms.ModelMultipleChoiceField(
        None, label=gettext_lazy("statements of the other person"), widget=forms.CheckboxSelectMultiple
    )
    slug = forms.CharField(
        label=gettext_lazy("slug of the other person"),
        help_text=gettext_lazy("Of another official, of one who was merged into this one, or a new slug."),
        max_length=100,
        widget=UnfoldAdminTextInputWidget,
    )
    name = CleanedFormField(
        clean_with=clean_name,
        label=gettext_lazy("name of the other person"),
        max_length=100,
        widget=UnfoldAdminTextInputWidget,
    )
    field_order = ["statements", "slug", "name", "reason"]

    def __init__(self, statements: QuerySet[Statement], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["statements"]
        field.queryset = statements
        field.label_from_instance = lambda row: f"{row.document} · {row.post} · {row.post.district}"


class PartingMixin(ModelAdmin):
    actions_detail = ["part"]

    def has_part_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("pledges.change_official")

    @action(description=gettext_lazy("Part from another person"), icon="call_split", permissions=["part"])
    def part(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        official = get_object_or_404(Official, pk=object_id)
        if not self.has_part_permission(request):
            raise PermissionDenied
        merged = Redirect.objects.filter(kind=RowKind.OFFICIAL, target=official.slug).values_list("source", flat=True)
        slug = merged.first() or unused_slug(official.name, taken_slugs(Official))
        former = OfficialEvent.objects.filter(slug=slug).order_by("pgh_id").last()
        initial = {"slug": slug, "name": former.name if former else official.name}
        statements = official.statements.select_related("document", "post__district").order_by("pk")
        form = PartingForm(statements, request.POST if request.method == "POST" else None, initial=initial)
        preview: dict[str, Any] = {}
        if form.is_valid():
            if "propose" in request.POST:
                try:
                    amendment = propose_parting(official, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
                except ValidationError as error:
                    form.add_error(None, error)
                else:
                    self.message_user(request, _("The change was proposed. Another person must approve it."))
                    return HttpResponseRedirect(reverse("admin:pledges_amendment_change", args=[amendment.pk]))
            preview = preview_of(Pledge.objects.filter(statement__in=form.cleaned_data["statements"]))
        context = self.admin_site.each_context(request) | {
            "title": _("Part %(name)s from another person") % {"name": official.slug},
            "opts": self.opts,
            "form": form,
            "official": official,
            "preview": preview,
        }
        return TemplateResponse(request, "admin/pledges/part.html", context)
