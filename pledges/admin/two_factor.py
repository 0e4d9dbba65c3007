"""Pages of the admin for the second factor of logins: to enter a code, and to turn it on or off."""

from base64 import b32encode
from typing import Any

import django_otp
import segno
from django import forms
from django.contrib import admin
from django.contrib.auth.views import RedirectURLMixin
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
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


class CodeFormView(FormView):  # type: ignore[type-arg]
    """A form for a code. If it is that of a factor that is on, wrong codes count like wrong passwords."""

    form_class = CodeForm

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        name = request.user.get_username()
        if response := response_if_locked_out(request, name):
            return response
        form = self.get_form()
        if not form.is_valid():
            return self.form_invalid(form)
        if response := self.response_to_code(form.cleaned_data["code"]):
            return response
        if two_factor.has_second_factor(request.user):
            count_failure(request, name)
        form.add_error("code", WRONG_CODE)
        return self.form_invalid(form)

    def response_to_code(self, code: str) -> HttpResponse | None:
        """Return the response to a right code, and None to a wrong one."""
        raise NotImplementedError


class CodeView(RedirectURLMixin, CodeFormView):
    """The second step of a login: a code of the app, or a recovery code."""

    template_name = "admin/two_factor_code.html"
    next_page = "admin:index"

    def response_to_code(self, code: str) -> HttpResponse | None:
        if not two_factor.is_right_code(self.request.user, code):  # type: ignore[arg-type]  # the user is logged in
            return None
        remember_second_step(self.request)
        return HttpResponseRedirect(self.get_success_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs) | {"title": _("Two-factor login")}
        return admin.site.each_context(self.request) | context | {"next": self.get_redirect_url()}


class TwoFactorView(CodeFormView):
    """Turn the second factor on or off, or get new recovery codes. Each needs a code."""

    template_name = "admin/two_factor.html"
    success_url = reverse_lazy("two-factor")

    def response_to_code(self, code: str) -> HttpResponse | None:
        user: Any = self.request.user
        if not two_factor.has_second_factor(user):
            codes = two_factor.turn_on(user, code)
            if codes is None:
                return None
            remember_second_step(self.request)
            return self.recovery_codes(codes)
        if not two_factor.is_right_code(user, code):
            return None
        if "turn_off" not in self.request.POST:
            return self.recovery_codes(two_factor.new_recovery_codes(user))
        two_factor.turn_off(user)
        return HttpResponseRedirect(self.get_success_url())

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


def remember_second_step(request: Any) -> None:
    """Mark the session as verified, under another key than the one from before.

    It keeps the device of the app, also after a recovery code: with another device, it needs another code.
    """
    request.session.cycle_key()
    django_otp.login(request, two_factor.confirmed_device(request.user))
