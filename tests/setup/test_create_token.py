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
    out, told = StringIO(), StringIO()
    call_command("create_token", *arguments, stdout=out, stderr=told)
    return out.getvalue().strip(), told.getvalue().strip()


@pytest.mark.parametrize(
    ("expires", "lifetime"),
    [
        ([], timedelta(days=90)),
        (["--expires", "30d"], timedelta(days=30)),
        (["--expires=12h"], timedelta(hours=12)),
        (["--expires=366d"], timedelta(days=366)),
    ],
)
def test_a_token_is_printed_and_valid_as_long_as_asked(expires: list[str], lifetime: timedelta) -> None:
    make_user("editor")
    token, told = create_token("editor", *expires)
    made = ApiToken.objects.get()
    assert abs(made.expiry - timezone.now() - lifetime) < timedelta(minutes=1)
    assert told == (
        f"A token of editor, valid until {timezone.localtime(made.expiry):%Y-%m-%d %H:%M}; it is not shown again."
    )
    assert Client().get("/api/v1/", headers={"Authorization": f"Token {token}"}).status_code == 200
    assert token not in made.digest + made.token_key


@pytest.mark.parametrize(
    "expires", ["", "90", "d", "0d", "-1d", "1.5d", "90 d", "never", "367d", "9000h", "99999999d", "９d"]
)
def test_a_wrong_duration_is_refused(expires: str) -> None:
    make_user("editor")
    with pytest.raises(CommandError, match="write hours or days, such as 12h or 90d"):
        create_token("editor", f"--expires={expires}")
    assert not ApiToken.objects.exists()


def test_an_unknown_user_is_refused() -> None:
    with pytest.raises(CommandError, match="There is no user “nobody”"):
        create_token("nobody")


def test_whoever_left_gets_no_token() -> None:
    make_user("gone", is_active=False)
    with pytest.raises(CommandError, match="not active"):
        create_token("gone")
