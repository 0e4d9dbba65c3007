"""Where a webhook may be sent: by HTTPS to the public internet and, only if a setting allows it, to other places."""

import socket
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _

DEFAULT_PORTS = {"http": 80, "https": 443}
FIRST_FREE_PORT = 1024  # below are the ports of mail, SSH and others that must not be talked into anything


class AddressError(ValueError):
    """Nothing is sent to such an address; says why."""


class UnknownHostError(AddressError):
    """The name has no address at the moment."""


@dataclass(frozen=True)
class Destination:
    """A web address together with the network addresses that were checked: nobody may look them up again."""

    scheme: str
    host: str  # in ASCII
    port: int
    path: str
    addresses: tuple[str, ...]

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


def destination_of(url: str) -> Destination:
    """Look up a web address, and refuse it if any network address of it is not public."""
    try:
        parts = urlsplit(url)
        port = parts.port if parts.port is not None else DEFAULT_PORTS[parts.scheme]
        host = _in_ascii(parts.hostname or "")
    except (KeyError, ValueError) as error:
        raise AddressError(_("This is not a web address.")) from error
    if parts.username is not None or parts.password is not None or not host:
        raise AddressError(_("A web address without user and password is needed."))
    path = iri_to_uri(f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}")
    if not settings.WEBHOOKS_ALLOW_PRIVATE:
        _refuse_what_is_no_public_web(parts.scheme, port)
    addresses = _look_up(host, port)
    if not settings.WEBHOOKS_ALLOW_PRIVATE:
        _refuse_what_is_not_public(host, addresses)
    return Destination(parts.scheme, host, port, path, addresses)


def is_public(address: str) -> bool:
    """Whether a network address belongs to the public internet."""
    ip = ip_address(address)
    ip = getattr(ip, "ipv4_mapped", None) or ip
    # A multicast address counts as global, and the others can lead to one that doesn't.
    leads_elsewhere = getattr(ip, "is_site_local", False) or getattr(ip, "sixtofour", None)
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or leads_elsewhere)


def _in_ascii(host: str) -> str:
    return host if ":" in host else host.encode("idna").decode()


def _look_up(host: str, port: int) -> tuple[str, ...]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnknownHostError(_("The name %(host)s has no address.") % {"host": host}) from error
    return tuple(dict.fromkeys(str(address[0]) for *_others, address in found))


def _refuse_what_is_no_public_web(scheme: str, port: int) -> None:
    if scheme != "https":
        raise AddressError(_("Only https:// is allowed."))
    if port < FIRST_FREE_PORT and port not in DEFAULT_PORTS.values():
        raise AddressError(_("The port %(port)s is not one of a web server.") % {"port": port})


def _refuse_what_is_not_public(host: str, addresses: tuple[str, ...]) -> None:
    if private := next((address for address in addresses if not is_public(address)), None):
        told = {"host": host, "address": private}
        raise AddressError(_("%(host)s has the address %(address)s, which is not public.") % told)
