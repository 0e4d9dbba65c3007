"""Validation of webhook subscriptions."""

import socket

import pytest
from django.core.exceptions import ValidationError

from tests.factories import make_subscription

pytestmark = pytest.mark.django_db


def test_validation_needs_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(*_args: object, **_options: object) -> None:
        raise AssertionError("the model looked up a host")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    make_subscription(url="https://hooks.example/path").full_clean()


@pytest.mark.parametrize(
    "url", ["", "hooks.example", "ftp://hooks.example/", "https://user@hooks.example/", "https:///path", "https://a b/"]
)
def test_url_that_is_not_plain_http_is_rejected(url: str) -> None:
    subscription = make_subscription()
    subscription.url = url
    with pytest.raises(ValidationError):
        subscription.full_clean()
