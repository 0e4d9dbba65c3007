from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.test import RequestFactory

from pledges.workflow.accounts import create_accounts

pytestmark = pytest.mark.django_db


def test_passwords_in_file_are_valid(tmp_path: Path) -> None:
    create_accounts(tmp_path / "accounts")

    kept = dict(line.split() for line in (tmp_path / "accounts").read_text().splitlines())
    assert set(kept) == {"editor", "chief", "admin"}
    for name, password in kept.items():
        assert authenticate(RequestFactory().post("/admin/login/"), username=name, password=password)


def test_password_file_is_private(tmp_path: Path) -> None:
    create_accounts(tmp_path / "accounts")

    assert (tmp_path / "accounts").stat().st_mode & 0o777 == 0o600


def test_accounts_are_staff_with_role_but_not_superusers(tmp_path: Path) -> None:
    create_accounts(tmp_path / "accounts")

    accounts = User.objects.order_by("username").values_list("username", "groups__name", "is_staff", "is_superuser")
    assert list(accounts) == [
        ("admin", "administrator", True, False),
        ("chief", "chief editor", True, False),
        ("editor", "editor", True, False),
    ]


def test_missing_account_is_added(tmp_path: Path) -> None:
    create_accounts(tmp_path / "accounts")
    User.objects.get(username="admin").delete()

    assert set(create_accounts(tmp_path / "accounts")) == {"admin"}


def test_second_run_changes_nothing(tmp_path: Path) -> None:
    create_accounts(tmp_path / "accounts")
    before = (tmp_path / "accounts").read_text()

    assert create_accounts(tmp_path / "accounts") == {}
    assert (tmp_path / "accounts").read_text() == before
