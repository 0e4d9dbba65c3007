"""Check the URL of a webhook: HTTPS to the public internet only, unless a setting allows private networks."""

import socket
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _

from pledges.domain.links import ascii_host

DEFAULT_PORTS = {"http": 80, "https": 443}
FIRST_UNPRIVILEGED_PORT = 1024  # below are SMTP, SSH and other services that must not receive our requests

# The special-purpose registries of IANA, as of 2025, and multicast. `is_global` of Python depends on its version, and
# counts some of them as public. Also rejected are those of which no webhook is served: relays, tunnels, AS112.
GLOBAL_UNICAST = ip_network("2000::/3")  # NAT64, unique local, link-local and multicast addresses are outside
SPECIAL_NETWORKS = [
    ip_network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "2001::/23",  # among them Teredo
        "2001:db8::/32",
        "2002::/16",  # 6to4
        "2620:4f:8000::/48",
        "3fff::/20",
    )
]


class DestinationError(ValueError):
    """Requests to this URL are not allowed. The message gives the reason."""


class UnknownHostError(DestinationError):
    """DNS has no address for the host at present."""


@dataclass(frozen=True)
class Destination:
    """A URL with the IP addresses that were checked. Connect to these: another lookup could return a private one."""

    scheme: str
    host: str  # ASCII (IDNA)
    port: int
    path: str
    addresses: tuple[str, ...]

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


def destination_of(url: str) -> Destination:
    """Resolve the host of a URL. Raise DestinationError if the URL or one of the IP addresses is not allowed."""
    try:
        parts = urlsplit(url)
        port = parts.port if parts.port is not None else DEFAULT_PORTS[parts.scheme]
        host = ascii_host(parts.hostname or "")
    except (KeyError, ValueError) as error:
        raise DestinationError(_("This is not a web address.")) from error
    if parts.username is not None or parts.password is not None or not host:
        raise DestinationError(_("Enter a URL without user name and password."))
    path = iri_to_uri(f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}")
    if not settings.WEBHOOKS_ALLOW_PRIVATE:
        _check_scheme_and_port(parts.scheme, port)
    addresses = _look_up(host, port)
    if not settings.WEBHOOKS_ALLOW_PRIVATE:
        _check_addresses(host, addresses)
    return Destination(parts.scheme, host, port, path, addresses)


def is_public(address: str) -> bool:
    """Return whether an IP address belongs to the public internet."""
    ip = ip_address(address)
    ip = getattr(ip, "ipv4_mapped", None) or ip
    is_global_unicast = ip.version == 4 or ip in GLOBAL_UNICAST
    return is_global_unicast and not any(ip in network for network in SPECIAL_NETWORKS if network.version == ip.version)


def _look_up(host: str, port: int) -> tuple[str, ...]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnknownHostError(_("The host %(host)s can't be resolved.") % {"host": host}) from error
    return tuple(dict.fromkeys(str(address[0]) for *_others, address in found))


def _check_scheme_and_port(scheme: str, port: int) -> None:
    if scheme != "https":
        raise DestinationError(_("Only https:// is allowed."))
    if port < FIRST_UNPRIVILEGED_PORT and port not in DEFAULT_PORTS.values():
        raise DestinationError(_("Port %(port)s is not allowed.") % {"port": port})


def _check_addresses(host: str, addresses: tuple[str, ...]) -> None:
    if private := next((address for address in addresses if not is_public(address)), None):
        params = {"host": host, "address": private}
        raise DestinationError(_("%(host)s resolves to %(address)s, which is not a public address.") % params)
