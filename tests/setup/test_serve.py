"""`manage.py serve` listens only where no one can forge the headers of the proxy."""

import pytest
from django.core.management import CommandError
from pytest_django.fixtures import Settings

from config.management.commands.serve import check_host


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "10.0.0.5", "fd00::5"])
@pytest.mark.parametrize("is_trusting", [True, False])
def test_loopback_and_private_addresses_are_allowed(settings: Settings, host: str, is_trusting: bool) -> None:
    settings.HTTPS, settings.NUM_PROXIES = is_trusting, int(is_trusting)
    check_host(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "8.8.8.8", "2606:4700::1"])
@pytest.mark.parametrize(("https", "proxies"), [(True, 1), (True, 0), (False, 1)])
def test_public_address_is_rejected_if_headers_are_trusted(
    settings: Settings, host: str, https: bool, proxies: int
) -> None:
    settings.HTTPS, settings.NUM_PROXIES, settings.IN_CONTAINER = https, proxies, False
    with pytest.raises(CommandError, match="headers of the proxy are trusted"):
        check_host(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_all_addresses_are_allowed_without_proxy(settings: Settings, host: str) -> None:
    settings.HTTPS, settings.NUM_PROXIES, settings.IN_CONTAINER = False, 0, False
    check_host(host)


@pytest.mark.parametrize("host", ["", "localhost", "*", "127.0.0.1:8000"])
def test_host_must_be_an_ip_address(host: str) -> None:
    with pytest.raises(CommandError, match="must be an IP address"):
        check_host(host)
