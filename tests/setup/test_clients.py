"""The IP address of a client is determined correctly behind proxies and with a spoofed `X-Forwarded-For`."""

import pytest
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from pledges.api.http.clients import client_address, client_network


@pytest.mark.parametrize(
    ("proxies", "forwarded", "peer", "address"),
    [
        (0, "", "192.0.2.1", "192.0.2.1"),
        (0, "198.51.100.1", "192.0.2.1", "192.0.2.1"),
        (1, "198.51.100.1", "192.0.2.1", "198.51.100.1"),
        (1, "10.9.9.9, 198.51.100.1", "192.0.2.1", "198.51.100.1"),
        (1, "10.9.9.9,198.51.100.1", "192.0.2.1", "198.51.100.1"),
        (2, "10.9.9.9, 198.51.100.1, 192.0.2.7", "192.0.2.1", "198.51.100.1"),
        (2, "198.51.100.1", "192.0.2.1", "198.51.100.1"),
        (1, "", "192.0.2.1", "192.0.2.1"),
        (1, "unknown", "192.0.2.1", "192.0.2.1"),
        (0, "", "::ffff:192.0.2.1", "192.0.2.1"),
        (0, "", "2001:DB8::1", "2001:db8::1"),
        (0, "", "", None),
    ],
)
def test_client_address_is_taken_from_outermost_trusted_proxy(
    settings: Settings, proxies: int, forwarded: str, peer: str, address: str | None
) -> None:
    settings.NUM_PROXIES = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert client_address(RequestFactory(REMOTE_ADDR=peer).get("/", headers=headers)) == address


@pytest.mark.parametrize(
    ("peer", "network"),
    [("192.0.2.1", "192.0.2.1"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"), ("", None)],
)
def test_network_of_ipv6_address_is_its_64_prefix(peer: str, network: str | None) -> None:
    assert client_network(RequestFactory(REMOTE_ADDR=peer).get("/")) == network
