"""Demo accounts, one for each role, for trying the admin on a local machine."""

import secrets
from pathlib import Path

from django.contrib.auth.models import Group, User
from django.db import transaction

# User name → group and displayed name.
ACCOUNTS = {"editor": ("editor", "编辑"), "chief": ("chief editor", "主编"), "admin": ("administrator", "管理员")}


@transaction.atomic
def create_accounts(file: Path) -> dict[str, str]:
    """Create missing accounts, append their passwords to a file, and return the new passwords by user name."""
    existing = set(User.objects.filter(username__in=ACCOUNTS).values_list("username", flat=True))
    passwords = {name: secrets.token_urlsafe(12) for name in ACCOUNTS if name not in existing}
    for name, password in passwords.items():
        role, full_name = ACCOUNTS[name]
        user = User.objects.create_user(name, password=password, first_name=full_name, is_staff=True)
        user.groups.add(Group.objects.get(name=role))
    if passwords:
        file.touch(mode=0o600)
        with file.open("a") as passwords_file:
            passwords_file.writelines(f"{name} {password}\n" for name, password in passwords.items())
    return passwords
