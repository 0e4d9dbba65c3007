"""Demo accounts, one for each role, for trying the admin on a local machine."""

import secrets
from pathlib import Path

from django.contrib.auth.models import Group, User
from django.db import transaction

ROLES = {"editor": "editor", "chief": "chief editor", "admin": "administrator"}  # user name → group


@transaction.atomic
def create_accounts(file: Path) -> dict[str, str]:
    """Create missing accounts, append their passwords to a file, and return the new passwords by user name."""
    existing = set(User.objects.filter(username__in=ROLES).values_list("username", flat=True))
    passwords = {name: secrets.token_urlsafe(12) for name in ROLES if name not in existing}
    for name, password in passwords.items():
        user = User.objects.create_user(name, password=password, is_staff=True)
        user.groups.add(Group.objects.get(name=ROLES[name]))
    if passwords:
        file.touch(mode=0o600)
        with file.open("a") as passwords_file:
            passwords_file.writelines(f"{name} {password}\n" for name, password in passwords.items())
    return passwords
