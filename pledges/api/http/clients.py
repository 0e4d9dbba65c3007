"""Find the IP address of a client: that of the peer, or the one that a trusted proxy added to `X-Forwarded-For`."""

from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any, NamedTuple

from django.conf import settings


class Client(NamedTuple):
    """The address and network of a client; both are None if the address is unknown.

    `network` is an IPv4 address or the /64 network of an IPv6 address, which providers assign to one customer.
    """

    address: str | None
    network: str | None


def client_address(request: Any) -> str | None:
    return _client(request).address


def client_network(request: Any) -> str | None:
    return _client(request).network


def _client(request: Any) -> Client:
    """Return the client of a request.

    Each proxy appends the address of its client to `X-Forwarded-For`, so the last `NUM_PROXIES` entries come from
    trusted proxies. Earlier entries can be spoofed.
    """
    peer = request.META.get("REMOTE_ADDR", "")
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.NUM_PROXIES else ""
    if not forwarded:
        return _parse(peer)
    chain = [*forwarded.split(","), peer]
    client = _parse(chain[max(0, len(chain) - 1 - settings.NUM_PROXIES)].strip())
    return client if client.address else _parse(peer)


@lru_cache(maxsize=10_000)
def _parse(text: str) -> Client:
    try:
        address = ip_address(text)
    except ValueError:  # malformed, or empty if the server listens on a Unix socket
        return Client(None, None)
    address = getattr(address, "ipv4_mapped", None) or address
    network = ip_network((address, 64), strict=False)[0] if address.version == 6 else address
    return Client(str(address), str(network))
