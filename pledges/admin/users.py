"""Admin of Django's users and groups, in the style of Unfold, with translated roles and permissions."""

from typing import Any

import allauth.account.admin as account_admin
import allauth.socialaccount.admin as social_admin
import django_otp.plugins.otp_static.admin as static_devices
import django_otp.plugins.otp_totp.admin as totp_devices
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from pledges.workflow import two_factor

# The database keeps the names of roles and permissions in English; they are translated where they are shown.
ROLES: dict[str, Any] = {
    "reader": _("reader"),
    "editor": _("editor"),
    "chief editor": _("chief editor"),
    "administrator": _("administrator"),
}
ACTIONS = {
    "add": _("can add"),
    "approve": _("can approve or return"),
    "change": _("can change"),
    "delete": _("can delete"),
    "view": _("can view"),
}

admin.site.unregister([User, Group])
# Users set up their own devices (`pledges.admin.two_factor`).
admin.site.unregister([static_devices.StaticDevice, totp_devices.TOTPDevice])
# The provider of the single sign-on comes from the environment, and groups from the provider.
admin.site.unregister([account_admin.EmailAddress, social_admin.SocialAccount])
admin.site.unregister([social_admin.SocialApp, social_admin.SocialToken])


class RoleField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return str(ROLES.get(obj.name, obj.name))


class PermissionField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        action = ACTIONS.get(obj.codename.partition("_")[0], obj.name)
        return f"{obj.content_type.app_labeled_name} · {action}"


FIELDS = {Group: RoleField, Permission: PermissionField}


class RoleFilter(admin.RelatedFieldListFilter):
    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        choices = super().field_choices(field, request, model_admin)
        return [(key, ROLES.get(str(name), name)) for key, name in choices]


class TranslatedNamesMixin(ModelAdmin):
    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        form_class = FIELDS[db_field.related_model]
        return super().formfield_for_manytomany(db_field, request, form_class=form_class, **kwargs)


@admin.register(User)
class UserAdmin(DjangoUserAdmin, TranslatedNamesMixin):  # type: ignore[type-arg]
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = [
        "username",
        "first_name",
        "last_name",
        "email",
        "is_staff",
        "is_active",
        "has_two_factor",
        "last_login",
    ]
    list_filter = ["is_staff", "is_superuser", "is_active", ("groups", RoleFilter)]
    actions = ["reset_two_factor"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        devices = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
        users: QuerySet[User] = super().get_queryset(request)
        return users.annotate(has_two_factor=Exists(devices))

    @display(description=_("two-factor login"), boolean=True, ordering="has_two_factor")
    def has_two_factor(self, user: Any) -> bool:
        return bool(user.has_two_factor)

    @admin.action(description=_("Reset the two-factor login of the selected users"), permissions=["change"])
    def reset_two_factor(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        users = [user for user in queryset.filter(has_two_factor=True) if user != request.user]
        for user in users:
            two_factor.reset(user, by=request.user)  # type: ignore[arg-type]
        if users:
            text = ngettext("Reset for %(count)d user.", "Reset for %(count)d users.", len(users))
            self.message_user(request, text % {"count": len(users)})
        else:
            text = gettext("No other user of these has two-factor login. Your own can be turned off on its page.")
            self.message_user(request, text, messages.WARNING)


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, TranslatedNamesMixin):
    list_display = ["role"]

    @display(description=_("role"), ordering="name")
    def role(self, group: Group) -> str:
        return str(ROLES.get(group.name, group.name))
