"""Allowed destinations of webhooks: public addresses only, in every notation of a URL."""

import socket
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from pledges.outbound.destinations import DestinationError, UnknownHostError, destination_of, is_public

PUBLIC = "93.184.216.34"


@pytest.fixture
def dns(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Replace DNS by the returned dict of IP addresses by host. Numeric hosts are resolved as usual."""
    known: dict[str, list[str]] = {}
    getaddrinfo = socket.getaddrinfo

    def look_up(host: str, port: int, **options: Any) -> list[Any]:
        if host in known:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in known[host]]
        return getaddrinfo(host, port, **options, flags=socket.AI_NUMERICHOST)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


@pytest.mark.parametrize(
    "address",
    [
        *(PUBLIC, "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"),
        # just outside special networks
        *("1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0"),
        *("172.15.255.255", "172.32.0.0", "192.0.1.0", "192.88.98.255", "192.88.100.0", "198.17.255.255", "198.20.0.0"),
        *("223.255.255.255", "2000::", "2001:200::", "2001:db7:ffff::", "2001:db9::", "2003::", "3ffe:ffff::"),
        *("3fff:1000::", "2620:4f:7fff::", "2620:4f:8001::"),
    ],
)
def test_public_ip_address_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "127.8.8.8",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001::7f00:1",
        "2001:db8::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%2",
        "fec0::1",
        "ff02::1",
        *("192.0.0.8", "192.0.0.9", "192.0.0.10", "192.0.0.170", "192.0.2.1", "192.31.196.1", "192.52.193.1"),
        *(
            "192.88.99.0",
            "192.88.99.1",
            "192.88.99.255",
            "192.175.48.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
        ),
        *("239.255.255.255", "::ffff:192.0.0.8", "::ffff:192.88.99.1", "::ffff:0:808:808", "::8.8.8.8"),
        *("3fff::", "3fff::1", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "5f00::1", "100::1", "100:0:0:1::1"),
        *("64:ff9b::808:808", "64:ff9b:1::1", "2001:1::1", "2001:20::1", "2001:1ff:ffff::", "2002:808:808::1"),
        *("2620:4f:8000::1", "1fff:ffff::", "4000::1"),
    ],
)
def test_reserved_ip_address_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "0",
        "0.0.0.0",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "017700000001",
        "１２７.０.０.１",
        "127。0。0。1",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "169.254.169.254",
        "2852039166",
        "[fe80::1]",
    ],
)
def test_private_address_in_any_notation_is_rejected(dns: dict[str, list[str]], host: str) -> None:
    with pytest.raises(DestinationError, match=r"不是公网地址|不是网址"):
        destination_of(f"https://{host}/hook")


def test_host_with_one_private_address_is_rejected(dns: dict[str, list[str]]) -> None:
    dns["two.example"] = [PUBLIC, "10.0.0.1"]
    with pytest.raises(DestinationError, match=r"10\.0\.0\.1"):
        destination_of("https://two.example/")


def test_public_host_is_returned_with_checked_addresses(dns: dict[str, list[str]]) -> None:
    dns["hooks.example"] = [PUBLIC, "8.8.8.8", PUBLIC]
    found = destination_of("https://hooks.example/a b/兑?x=1#part")
    assert (found.host, found.port, found.host_header) == ("hooks.example", 443, "hooks.example")
    assert found.addresses == (PUBLIC, "8.8.8.8")
    assert found.path == "/a%20b/%E5%85%91?x=1"


def test_chinese_host_is_resolved_in_ascii(dns: dict[str, list[str]]) -> None:
    dns["xn--fsqu00a.example"] = [PUBLIC]
    assert destination_of("https://例子.example:8443").host_header == "xn--fsqu00a.example:8443"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example",
        "//hooks.example/",
        "ftp://hooks.example/",
        "file:///etc/passwd",
        "https://",
        "https://:443/",
        "https://hooks.example:x/",
        "https://hooks.example:99999/",
        "https://[::1/",
        "https://user@hooks.example/",
        "https://user:password@hooks.example/",
        "https://:@hooks.example/",
        "https://a..b/",
        "http://hooks.example/",
        "https://hooks.example:0/",
        "https://hooks.example:22/",
        "https://hooks.example:25/",
    ],
)
def test_url_without_https_to_web_port_is_rejected(dns: dict[str, list[str]], url: str) -> None:
    dns["hooks.example"] = [PUBLIC]
    with pytest.raises(DestinationError):
        destination_of(url)


def test_insecure_url_is_rejected_before_look_up() -> None:
    with pytest.raises(DestinationError, match="https"):
        destination_of("http://nowhere.example/")


def test_unknown_host_raises_its_own_error(dns: dict[str, list[str]]) -> None:
    with pytest.raises(UnknownHostError, match=r"nowhere\.example"):
        destination_of("https://nowhere.example/")


@pytest.mark.parametrize("url", ["http://127.0.0.1:25/", "http://[::1]:9000/hook", "https://0x7f.1/"])
def test_setting_allows_private_destinations(dns: dict[str, list[str]], settings: Settings, url: str) -> None:
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    assert destination_of(url).addresses


@pytest.mark.parametrize(
    ("host", "ascii_host"),
    [
        ("straße.example", "xn--strae-oqa.example"),
        ("STRAẞE.example", "xn--strae-oqa.example"),
        ("βόλος.example", "xn--nxasmm1c.example"),
        ("例え。example", "xn--r8jz45g.example"),
        ("my_host.example", "my_host.example"),
    ],
)
def test_host_is_that_of_idna_2008(dns: dict[str, list[str]], host: str, ascii_host: str) -> None:
    dns[ascii_host] = [PUBLIC]
    assert destination_of(f"https://{host}/hook").host == ascii_host


@pytest.mark.parametrize("host", ["ⓔxample.com", "☃.example", "xn--a.example", "xn--ls8h.example", "١٢٧.example"])
def test_host_that_idna_2008_does_not_allow_is_rejected(host: str) -> None:
    with pytest.raises(DestinationError, match="不是网址"):
        destination_of(f"https://{host}/hook")


def test_setting_does_not_allow_password_in_url(settings: Settings) -> None:
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    with pytest.raises(DestinationError):
        destination_of("http://user:password@127.0.0.1/")
