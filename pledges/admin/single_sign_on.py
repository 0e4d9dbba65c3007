"""Login by OpenID Connect. It creates an account for each person, and never enters one that exists already."""

import logging
from collections.abc import Callable
from typing import Any, NoReturn

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.openid_connect import views
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from requests import RequestException

from pledges.workflow.single_sign_on import apply_roles, has_local_account, roles_in

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    def login(self, request: HttpRequest, user: User) -> None:
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        return _rejection(request, _("Your account is not active."))

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Show no message after a login."""


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        user = super().populate_user(request, sociallogin, data)
        user.username = user.username or sociallogin.account.uid
        return user

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Apply the roles of an existing account. Reject users without a role, and new ones whose name is taken."""
        if sociallogin.state.get("process") != "login":  # linking accounts by a link would let others do it
            _reject(request, _("This link is not valid."))
        user, is_new = sociallogin.user, not sociallogin.is_existing
        roles = _roles_of(sociallogin)
        if not is_new:
            apply_roles(user, roles)
        if not roles and (is_new or not (user.is_superuser or user.groups.exists())):
            _reject(request, _("Your account has no role here. Ask for one where your groups are managed."))
        if is_new and has_local_account(user):
            text = _(
                "There is an account with your name or e-mail address. An administrator has to link it: %(subject)s"
            )
            _reject(request, text % {"subject": sociallogin.account.uid})
        if is_new:
            try:
                user.full_clean(exclude=["password"])
            except ValidationError as error:
                _reject(request, " ".join(error.messages))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return True

    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> Any:
        with transaction.atomic():
            user = super().save_user(request, sociallogin, form)
            apply_roles(user, _roles_of(sociallogin))
        return user

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, **_more: Any
    ) -> None:
        logger.warning("Single sign-on failed: %s %s", error, type(exception).__name__ if exception else "")
        _reject(request, _("The login failed. Try again."))


def _roles_of(sociallogin: Any) -> set[str]:
    claims = sociallogin.account.extra_data
    return roles_in((claims.get("id_token") or {}) | (claims.get("userinfo") or {}))


def _rejection(request: HttpRequest, reason: str, status: int = 403) -> HttpResponse:
    return render(request, "sso_rejected.html", {"reason": reason}, status=status)


def _reject(request: HttpRequest, reason: str) -> NoReturn:
    raise ImmediateHttpResponse(_rejection(request, reason))


def _if_provider_responds(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    def guarded_view(request: HttpRequest, provider_id: str) -> HttpResponse:
        if not settings.OIDC_ISSUER:
            raise Http404
        try:
            return view(request, provider_id)
        except (RequestException, KeyError, ValueError):
            logger.exception("The provider of single sign-on does not respond as it should.")
            return _rejection(request, _("The login service does not respond. Try again later."), 503)

    return guarded_view


sso_login = _if_provider_responds(views.login)
sso_callback = _if_provider_responds(views.callback)


def admin_login(request: HttpRequest) -> HttpResponse:
    """The login page of the admin, with a link to the provider if there is one."""
    link = reverse("openid_connect_login", query={"next": request.GET.get("next", reverse("admin:index"))})
    return admin.site.login(request, {"sso_link": link, "sso_name": settings.OIDC_NAME} if settings.OIDC_ISSUER else {})
