"""Sending a message to receivers that respond normally, fail, hang or misbehave."""

import socket
from pathlib import Path
from typing import Any

import pytest
import trustme
from pytest_django.fixtures import Settings
from urllib3.connection import HTTPSConnection

from pledges.outbound import connections
from pledges.webhooks import sending
from pledges.webhooks.sending import Outcome, send

from .receiver import Receiver, listening


def post(url: str) -> Outcome:
    return send(url, {"Content-Type": "application/json", "webhook-id": "1"}, b"{}")


def test_message_arrives_with_path_body_and_headers(receiver: Receiver) -> None:
    assert post(f"{receiver.url}/hook?key=兑") == Outcome(200, "thanks")
    (message,) = receiver.received
    assert message.path == "/hook?key=%E5%85%91"
    assert message.body == b"{}"
    assert message.headers["host"] == receiver.url.removeprefix("http://")
    assert message.headers["content-type"] == "application/json"
    assert message.headers["user-agent"].startswith("Duixian")


@pytest.mark.parametrize(("status", "is_success"), [(200, True), (204, True), (400, False), (404, False), (500, False)])
def test_only_2xx_is_success(receiver: Receiver, status: int, is_success: bool) -> None:
    receiver.statuses["/hook"] = status
    outcome = post(f"{receiver.url}/hook")
    assert (outcome.status, outcome.is_success, outcome.is_gone) == (status, is_success, False)


def test_response_410_means_gone(receiver: Receiver) -> None:
    receiver.statuses["/hook"] = 410
    assert post(f"{receiver.url}/hook").is_gone


def test_redirect_is_not_followed_and_gives_error(receiver: Receiver) -> None:
    outcome = post(f"{receiver.url}/redirect")
    assert (outcome.status, outcome.is_success) == (302, False)
    assert outcome.error
    assert [message.path for message in receiver.received] == ["/redirect"]


def test_hanging_receiver_times_out(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "READ_SECONDS", 0.2)
    outcome = post(f"{receiver.url}/hang")
    assert outcome.status is None
    assert "timed out" in outcome.error


def test_dripping_receiver_times_out(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "TOTAL_SECONDS", 0.5)
    outcome = post(f"{receiver.url}/drip")
    assert outcome.status is None
    assert outcome.error


def test_endless_response_with_status_200_is_success(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "READ_SECONDS", 0.2)
    assert post(f"{receiver.url}/never_end").is_success


def test_long_response_is_truncated(receiver: Receiver) -> None:
    outcome = post(f"{receiver.url}/long")
    assert outcome.is_success
    assert 0 < len(outcome.excerpt) <= sending.MAX_EXCERPT_BYTES
    assert "\x00" not in outcome.excerpt  # PostgreSQL can't store it


@pytest.mark.parametrize("path", ["nonsense", "disconnect"])
def test_invalid_response_gives_error(receiver: Receiver, path: str) -> None:
    outcome = post(f"{receiver.url}/{path}")
    assert outcome.status is None
    assert outcome.error
    assert "\x00" not in outcome.error


def test_closed_port_gives_error(settings: Settings) -> None:
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    assert "refused" in post(f"http://127.0.0.1:{port}/").error


def test_unknown_host_gives_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail_to_resolve(*_args: Any, **_kwargs: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail_to_resolve)
    assert "hooks.example" in post("https://hooks.example/").error


def test_nothing_is_sent_to_loopback_without_setting(receiver: Receiver, settings: Settings) -> None:
    settings.WEBHOOKS_ALLOW_PRIVATE = False
    port = receiver.url.rpartition(":")[2]
    for host in ("127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]"):
        for scheme in ("http", "https"):
            assert post(f"{scheme}://{host}:{port}/").error
    assert receiver.received == []


def test_host_is_resolved_once(receiver: Receiver, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: a second look-up could return a private address."""
    addresses = iter(["93.184.216.34", "127.0.0.1", "127.0.0.1"])
    resolved: list[str] = []
    connected: list[str] = []

    def rebinding(host: str, port: int, *args: Any, **kwargs: Any) -> Any:
        resolved.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(addresses), port))]

    def connect(self: Any) -> None:
        connected.append(self.host)
        raise ConnectionRefusedError

    settings.WEBHOOKS_ALLOW_PRIVATE = False
    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(HTTPSConnection, "connect", connect)
    post(f"https://rebinding.example:{receiver.url.rpartition(':')[2]}/")
    assert resolved == ["rebinding.example"]
    assert connected == ["93.184.216.34"]


def test_next_address_is_tried_after_failed_connection(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve_to_two_addresses(host: str, port: int, *args: Any, **kwargs: Any) -> Any:
        hosts = ["127.0.0.2", "127.0.0.1"] if host == "two.example" else [host]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in hosts]

    monkeypatch.setattr(socket, "getaddrinfo", resolve_to_two_addresses)
    assert post(f"http://two.example:{receiver.url.rpartition(':')[2]}/").is_success
    assert receiver.received[0].headers["host"].startswith("two.example:")


def test_proxy_of_environment_is_ignored(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert post(f"{receiver.url}/hook").is_success


@pytest.mark.parametrize("name", ["hooks.example", "other.example", "unknown authority"])
def test_certificate_must_match_host_of_url(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    """The connection goes to an IP address, but the certificate must be that of the host name."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    issuer = trustme.CA() if name == "unknown authority" else authority
    certificate = issuer.issue_cert("other.example" if name == "other.example" else "hooks.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda _host, port, *_args, **_options: [(socket.AF_INET, 1, 6, "", ("127.0.0.1", port))]
    )
    with listening(certificate) as secure:
        outcome = post(secure.url.replace("127.0.0.1", "hooks.example"))
    if name == "hooks.example":
        assert outcome.is_success
        assert secure.received[0].headers["host"].startswith("hooks.example:")
    else:
        assert outcome.status is None
        assert "certificate" in outcome.error
        assert secure.received == []
