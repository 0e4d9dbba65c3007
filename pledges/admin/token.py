"""Admin of API tokens. Staff users create and revoke their own tokens, administrators those of all users."""

from datetime import datetime, timedelta
from typing import Any

import knox.admin
from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _
from knox.settings import knox_settings
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldBooleanWidget

from pledges.models import ApiToken
from pledges.models.token import MAX_DAYS, create_token

admin.site.unregister(knox.admin.models.AuthToken)


class NewTokenForm(forms.ModelForm):  # type: ignore[type-arg]
    days = forms.IntegerField(
        label=_("lifetime in days"),
        help_text=_("The token expires after this many days."),
        min_value=1,
        max_value=MAX_DAYS,
        initial=knox_settings.TOKEN_TTL.days,
        widget=UnfoldAdminIntegerFieldWidget,
    )

    may_approve = forms.BooleanField(
        label=_("may approve and return follow-ups"),
        help_text=_("Only for programs that review. Without it, the token can write and submit follow-ups."),
        required=False,
        widget=UnfoldBooleanWidget,
    )

    class Meta:
        model = ApiToken
        fields = ["user"]
        labels = {"user": _("user")}


@admin.register(ApiToken)
class ApiTokenAdmin(ModelAdmin):
    compressed_fields = False
    list_display = readonly_fields = ["prefix", "owner", "created_on", "valid_until", "approves"]
    list_select_related = ["user", "approval_right"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiToken]:
        tokens: QuerySet[ApiToken] = super().get_queryset(request)
        return tokens if request.user.has_perm("knox.view_authtoken") else tokens.filter(user=request.user)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> ApiToken | None:
        token: ApiToken | None = ApiToken.objects.filter(pk=object_id).first()
        return token  # not filtered by user: the token of another user gives 403, not 404

    def get_form(self, request: HttpRequest, obj: ApiToken | None = None, **kwargs: Any) -> Any:
        return super().get_form(request, obj, **({} if obj else {"form": NewTokenForm}), **kwargs)

    def get_fields(self, request: HttpRequest, obj: ApiToken | None = None) -> list[str]:
        if obj:
            return self.list_display
        if request.user.has_perm("knox.add_authtoken"):
            return ["user", "days", "may_approve"]
        return ["days", "may_approve"] if request.user.has_perm("pledges.approve_followup") else ["days"]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_foreignkey(
            db_field, request, queryset=User.objects.filter(is_active=True).order_by("username"), **kwargs
        )

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"user": request.user.pk}

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        single_button = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().add_view(request, form_url, single_button | (extra_context or {}))  # type: ignore[no-any-return]

    def save_model(self, request: HttpRequest, obj: ApiToken, form: Any, change: bool) -> None:
        user = form.cleaned_data.get("user", request.user)
        may_approve = form.cleaned_data["may_approve"] and "may_approve" in self.get_fields(request)
        lifetime = timedelta(days=form.cleaned_data["days"])
        created, obj.plaintext = create_token(user, lifetime, may_approve=may_approve)
        obj.pk = created.pk
        obj.refresh_from_db()

    def response_add(self, request: HttpRequest, obj: ApiToken, post_url_continue: str | None = None) -> HttpResponse:
        # Shown in this response only: a message or a redirect would store the token in a cookie or session.
        context = {"title": _("New API token"), "opts": self.opts, "token": obj}
        return TemplateResponse(request, "admin/token.html", self.admin_site.each_context(request) | context)

    @display(description=_("prefix"))
    def prefix(self, token: ApiToken) -> str:
        return str(token.token_key)

    @display(description=_("user"), ordering="user__username")
    def owner(self, token: ApiToken) -> User:
        return token.user  # type: ignore[no-any-return]  # knox has no types

    @display(description=_("created at"), ordering="created")
    def created_on(self, token: ApiToken) -> datetime:
        return token.created  # type: ignore[no-any-return]

    @display(description=_("valid until"), ordering="expiry")
    def valid_until(self, token: ApiToken) -> str:
        until = formats.localize(timezone.localtime(token.expiry))
        return _("expired, %(until)s") % {"until": until} if token.is_expired else until

    @display(description=_("may approve"), boolean=True)
    def approves(self, token: ApiToken) -> bool:
        return token.may_approve

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    def has_view_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:
        return obj is None or obj.user == request.user or request.user.has_perm("knox.view_authtoken")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return True

    def has_change_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:
        return obj is None or obj.user == request.user or request.user.has_perm("knox.delete_authtoken")
