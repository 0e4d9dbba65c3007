"""The accounts to try the desk with, on somebody's own machine."""

import secrets
from pathlib import Path

from django.contrib.auth.models import Group, User
from django.db import transaction

ROLES = {"editor": "editor", "chief": "chief editor", "admin": "administrator"}  # user name: group


@transaction.atomic
def create_accounts(file: Path) -> dict[str, str]:
    """Create the accounts that are missing and keep their passwords in a file; returns the new passwords by name."""
    taken = set(User.objects.filter(username__in=ROLES).values_list("username", flat=True))
    passwords = {name: secrets.token_urlsafe(12) for name in ROLES if name not in taken}
    for name, password in passwords.items():
        user = User.objects.create_user(name, password=password, is_staff=True)
        user.groups.add(Group.objects.get(name=ROLES[name]))
    if passwords:
        file.touch(mode=0o600)
        with file.open("a") as kept:
            kept.writelines(f"{name} {password}\n" for name, password in passwords.items())
    return passwords
