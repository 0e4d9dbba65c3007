"""Who asks, by address: as the proxies in front tell, and never as the client does."""

from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any, NamedTuple

from django.conf import settings


class Client(NamedTuple):
    """The network is the address, or the first half of it: of an IPv6 address, the client itself chooses the other."""

    address: str | None
    network: str | None


def client_address(request: Any) -> str | None:
    return _client(request).address


def client_network(request: Any) -> str | None:
    return _client(request).network


def _client(request: Any) -> Client:
    """Each proxy adds to `X-Forwarded-For` who asked it; what stands before those of one's own, anybody can write."""
    peer = request.META.get("REMOTE_ADDR", "")
    told = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.NUM_PROXIES else ""
    if not told:
        return _read(peer)
    chain = [*told.split(","), peer]
    client = _read(chain[max(0, len(chain) - 1 - settings.NUM_PROXIES)].strip())
    return client if client.address else _read(peer)


@lru_cache(maxsize=10_000)
def _read(text: str) -> Client:
    try:
        address = ip_address(text)
    except ValueError:  # also where there is none, behind a socket of Unix
        return Client(None, None)
    address = getattr(address, "ipv4_mapped", None) or address
    network = ip_network((address, 64), strict=False)[0] if address.version == 6 else address
    return Client(str(address), str(network))
