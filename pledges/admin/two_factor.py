"""Pages of the admin for the second factor of logins: to enter a code, and to turn it on or off."""

from base64 import b32encode
from typing import Any

import django_otp
import segno
from django import forms
from django.contrib import admin
from django.contrib.auth.views import RedirectURLMixin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from django_otp.models import Device
from unfold.widgets import UnfoldAdminTextInputWidget

from pledges.admin.lockout import count_failure, response_if_locked_out
from pledges.workflow import two_factor

WRONG_CODE = _("This code is wrong, or was used before. Wait for the next one.")


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("code"),
        max_length=20,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "one-time-code", "autofocus": True}),
    )

    def clean_code(self) -> str:
        return "".join(self.cleaned_data["code"].split()).lower()


class CodeView(RedirectURLMixin, FormView):  # type: ignore[type-arg]
    """The second step of a login: a code of the app, or a recovery code. Wrong codes count like wrong passwords."""

    form_class = CodeForm
    template_name = "admin/two_factor_code.html"
    next_page = "admin:index"

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        name = request.user.get_username()
        if response := response_if_locked_out(request, name):
            return response
        form = self.get_form()
        if form.is_valid() and (device := two_factor.verified_device(request.user, form.cleaned_data["code"])):
            remember_device(request, device)
            return self.form_valid(form)
        if form.is_valid():
            count_failure(request, name)
            form.add_error("code", WRONG_CODE)
        return self.form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs) | {"title": _("Two-factor login")}
        return admin.site.each_context(self.request) | context | {"next": self.get_redirect_url()}


class TwoFactorView(FormView):  # type: ignore[type-arg]
    """Turn the second factor on or off, or get new recovery codes. Each needs a code."""

    form_class = CodeForm
    template_name = "admin/two_factor.html"
    success_url = reverse_lazy("two-factor")

    def form_valid(self, form: CodeForm) -> HttpResponse:
        user: Any = self.request.user
        code = form.cleaned_data["code"]
        if not two_factor.has_second_factor(user):
            if turned_on := two_factor.turn_on(user, code):
                remember_device(self.request, turned_on[0])
                return self.recovery_codes(turned_on[1])
        elif two_factor.verified_device(user, code):
            if "turn_off" not in self.request.POST:
                return self.recovery_codes(two_factor.new_recovery_codes(user))
            two_factor.turn_off(user)
            return super().form_valid(form)
        form.add_error("code", WRONG_CODE)
        return self.form_invalid(form)

    def recovery_codes(self, codes: list[str]) -> HttpResponse:
        # Shown in this response only: a redirect would store the codes in a cookie or session.
        return TemplateResponse(self.request, "admin/recovery_codes.html", self.page_context() | {"codes": codes})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        context = self.page_context() | super().get_context_data(**kwargs)
        if two_factor.has_second_factor(user):
            return context | {"is_on": True, "unused_codes": two_factor.unused_recovery_codes(user)}
        device = two_factor.new_device(user)
        key = b32encode(device.bin_key).decode()
        return context | {
            "is_required": two_factor.lacks_required_factor(user),
            "qr_code": segno.make(device.config_url).svg_data_uri(scale=4, light="white"),
            "key": " ".join(key[start : start + 4] for start in range(0, len(key), 4)),
            "uri": device.config_url,
        }

    def page_context(self) -> dict[str, Any]:
        return admin.site.each_context(self.request) | {"title": _("Two-factor login")}


def remember_device(request: HttpRequest, device: Device) -> None:
    """Mark the session as verified, under another key than the one from before."""
    request.session.cycle_key()
    django_otp.login(request, device)
