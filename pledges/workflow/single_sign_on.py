"""Roles of users who log in by OpenID Connect. The provider's groups determine them, at each login."""

from collections.abc import Mapping
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from pledges.workflow.account_history import log_change

PROVIDER = "sso"
ROLES_CHANGED = gettext_noop("roles (by single sign-on)")
LINKED = gettext_noop("single sign-on (linked)")


def roles_in(claims: Mapping[str, Any]) -> set[str]:
    """Return the names of the roles that `OIDC_GROUPS` assigns to the groups in the claims of a user."""
    groups = claims.get(settings.OIDC_GROUPS_CLAIM)
    names = [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else []
    return {settings.OIDC_GROUPS[name] for name in names if isinstance(name, str) and name in settings.OIDC_GROUPS}


@transaction.atomic
def apply_roles(user: User, roles: set[str]) -> None:
    """Give a user these roles, and take away other roles that `OIDC_GROUPS` assigns. Groups beside these are kept."""
    assigned = set(user.groups.filter(name__in=settings.OIDC_GROUPS.values()).values_list("name", flat=True))
    if roles and not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
    if assigned != roles:
        user.groups.remove(*Group.objects.filter(name__in=assigned - roles))
        user.groups.add(*Group.objects.filter(name__in=roles))
        log_change(user, ROLES_CHANGED, by=user)


def has_local_account(user: User) -> bool:
    """Return whether another account has the name or e-mail address of a new user."""
    same = Q(username__iexact=user.username) | (Q(email__iexact=user.email) if user.email else Q())
    return User.objects.filter(same).exists()


@transaction.atomic
def link(user: User, subject: str) -> None:
    """Let the person whom the provider identifies as `subject` log in to an existing account."""
    SocialAccount.objects.create(user=user, provider=PROVIDER, uid=subject)
    log_change(user, LINKED, by=user)
