"""Pages of the admin to set a new password by a link that is sent by mail. The second factor of an account stays."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import views
from django.contrib.auth.forms import PasswordResetForm, SetPasswordForm
from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminPasswordWidget

from pledges.admin.lockout import count_failure, response_if_locked_out

TEMPLATE = "admin/password_reset.html"


class MailForm(PasswordResetForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].widget = UnfoldAdminEmailInputWidget(attrs={"autocomplete": "email", "autofocus": True})


class NewPasswordForm(SetPasswordForm):  # type: ignore[type-arg]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget = UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"})


class SiteContextMixin(views.PasswordContextMixin):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return admin.site.each_context(self.request) | super().get_context_data(**kwargs)  # type: ignore[attr-defined]


class ResetView(SiteContextMixin, views.PasswordResetView):
    """Send the link. The response is the same for unknown addresses. Each request counts like a wrong password."""

    form_class = MailForm
    template_name = TEMPLATE
    extra_email_context = {"site_name": settings.NEWSROOM}

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        name = request.POST.get("email", "")[:254]
        if response := response_if_locked_out(request, name):
            return response
        count_failure(request, name)
        return super().post(request, *args, **kwargs)


class SentView(SiteContextMixin, views.PasswordResetDoneView):
    template_name = TEMPLATE
    extra_context = {
        "text": _(
            "If there is an account with this address, a message with a link was sent. The link is valid for one hour."
        )
    }


class NewPasswordView(SiteContextMixin, views.PasswordResetConfirmView):
    form_class = NewPasswordForm
    template_name = TEMPLATE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if not self.validlink:
            context["text"] = _("This link was used before, or is no longer valid. Request another one.")
        return context


class ChangedView(SiteContextMixin, views.PasswordResetCompleteView):
    template_name = TEMPLATE
    extra_context = {"text": _("Your new password is set. You can log in with it.")}


# The names are those that Django's views and Unfold's login page use.
urlpatterns = [
    path("password_reset/", ResetView.as_view(), name="admin_password_reset"),
    path("password_reset/done/", SentView.as_view(), name="password_reset_done"),
    path("reset/<uidb64>/<token>/", NewPasswordView.as_view(), name="password_reset_confirm"),
    path("reset/done/", ChangedView.as_view(), name="password_reset_complete"),
]
