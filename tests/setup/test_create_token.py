from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from pledges.models import ApiToken
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def create_token(*arguments: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("create_token", *arguments, stdout=out, stderr=err)
    return out.getvalue().strip(), err.getvalue().strip()


@pytest.mark.parametrize(
    ("expires", "lifetime"),
    [
        ([], timedelta(days=90)),
        (["--expires", "30d"], timedelta(days=30)),
        (["--expires=12h"], timedelta(hours=12)),
        (["--expires=366d"], timedelta(days=366)),
    ],
)
def test_token_is_printed_and_has_requested_lifetime(expires: list[str], lifetime: timedelta) -> None:
    make_user("editor")
    token, message = create_token("editor", *expires)
    stored = ApiToken.objects.get()
    assert abs(stored.expiry - timezone.now() - lifetime) < timedelta(minutes=1)
    assert message == (
        f"Token for editor, valid until {timezone.localtime(stored.expiry):%Y-%m-%d %H:%M}; it can't be shown again."
    )
    assert Client().get("/api/v1/", headers={"Authorization": f"Token {token}"}).status_code == 200
    assert token not in stored.digest + stored.token_key


@pytest.mark.parametrize(("options", "may_approve"), [([], False), (["--may-approve"], True)])
def test_token_has_right_to_approve_only_with_option(options: list[str], may_approve: bool) -> None:
    make_user("editor")
    create_token("editor", *options)
    assert ApiToken.objects.get().may_approve is may_approve


@pytest.mark.parametrize(
    "expires", ["", "90", "d", "0d", "-1d", "1.5d", "90 d", "never", "367d", "9000h", "99999999d", "９d"]
)
def test_invalid_lifetime_is_rejected(expires: str) -> None:
    make_user("editor")
    with pytest.raises(CommandError, match="it must be in hours or days, such as 12h or 90d"):
        create_token("editor", f"--expires={expires}")
    assert not ApiToken.objects.exists()


def test_unknown_user_is_rejected() -> None:
    with pytest.raises(CommandError, match="There is no user “nobody”"):
        create_token("nobody")


def test_inactive_user_is_rejected() -> None:
    make_user("gone", is_active=False)
    with pytest.raises(CommandError, match="not active"):
        create_token("gone")
