"""One message to one receiver, whatever that one does with it."""

import socket
from pathlib import Path
from typing import Any

import pytest
import trustme
from pytest_django.fixtures import Settings
from urllib3.connection import HTTPSConnection

from pledges.webhooks import sending
from pledges.webhooks.sending import Outcome, send

from .receiver import Receiver, listening


def post(url: str) -> Outcome:
    return send(url, {"Content-Type": "application/json", "webhook-id": "1"}, b"{}")


def test_a_message_arrives_as_it_was_sent(receiver: Receiver) -> None:
    assert post(f"{receiver.url}/hook?key=兑") == Outcome(200, "thanks")
    (message,) = receiver.received
    assert message.path == "/hook?key=%E5%85%91"
    assert message.body == b"{}"
    assert message.headers["host"] == receiver.url.removeprefix("http://")
    assert message.headers["content-type"] == "application/json"
    assert message.headers["user-agent"].startswith("Duixian")


@pytest.mark.parametrize(("status", "is_success"), [(200, True), (204, True), (400, False), (404, False), (500, False)])
def test_an_answer_in_the_two_hundreds_is_a_success(receiver: Receiver, status: int, is_success: bool) -> None:
    receiver.answers["/hook"] = status
    outcome = post(f"{receiver.url}/hook")
    assert (outcome.status, outcome.is_success, outcome.is_gone) == (status, is_success, False)


def test_who_is_gone_is_told_apart(receiver: Receiver) -> None:
    receiver.answers["/hook"] = 410
    assert post(f"{receiver.url}/hook").is_gone


def test_a_redirect_is_a_failure_that_says_so(receiver: Receiver) -> None:
    outcome = post(f"{receiver.url}/redirect")
    assert (outcome.status, outcome.is_success) == (302, False)
    assert outcome.error
    assert [message.path for message in receiver.received] == ["/redirect"]


def test_a_receiver_that_hangs_is_left(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "READ_SECONDS", 0.2)
    outcome = post(f"{receiver.url}/hang")
    assert outcome.status is None
    assert "timed out" in outcome.error


def test_a_receiver_that_drips_is_left(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "TOTAL_SECONDS", 0.5)
    outcome = post(f"{receiver.url}/drip")
    assert outcome.status is None
    assert outcome.error


def test_an_answer_that_never_ends_counts_by_its_status(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "READ_SECONDS", 0.2)
    assert post(f"{receiver.url}/never_end").is_success


def test_only_the_beginning_of_a_long_answer_is_read(receiver: Receiver) -> None:
    outcome = post(f"{receiver.url}/long")
    assert outcome.is_success
    assert 0 < len(outcome.excerpt) <= sending.EXCERPT_BYTES
    assert "\x00" not in outcome.excerpt  # which PostgreSQL can't keep


@pytest.mark.parametrize("path", ["nonsense", "hang_up"])
def test_what_is_no_answer_is_told(receiver: Receiver, path: str) -> None:
    outcome = post(f"{receiver.url}/{path}")
    assert outcome.status is None
    assert outcome.error
    assert "\x00" not in outcome.error


def test_nobody_at_home_is_told(settings: Settings) -> None:
    settings.WEBHOOKS_ALLOW_PRIVATE = True
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    assert "refused" in post(f"http://127.0.0.1:{port}/").error


def test_an_unknown_name_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_args: Any, **_kwargs: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    assert "hooks.example" in post("https://hooks.example/").error


def test_nothing_is_sent_to_this_machine_unless_a_setting_allows_it(receiver: Receiver, settings: Settings) -> None:
    settings.WEBHOOKS_ALLOW_PRIVATE = False
    port = receiver.url.rpartition(":")[2]
    for host in ("127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]"):
        for scheme in ("http", "https"):
            assert post(f"{scheme}://{host}:{port}/").error
    assert receiver.received == []


def test_a_name_is_looked_up_once(receiver: Receiver, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose second answer is a private address would get past a check of the first."""
    answers = iter(["93.184.216.34", "127.0.0.1", "127.0.0.1"])
    asked: list[str] = []
    connected: list[str] = []

    def rebinding(host: str, port: int, *args: Any, **kwargs: Any) -> Any:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    def connect(self: Any) -> None:
        connected.append(self.host)
        raise ConnectionRefusedError

    settings.WEBHOOKS_ALLOW_PRIVATE = False
    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(HTTPSConnection, "connect", connect)
    post(f"https://rebinding.example:{receiver.url.rpartition(':')[2]}/")
    assert asked == ["rebinding.example"]
    assert connected == ["93.184.216.34"]


def test_the_next_address_is_tried_where_one_does_not_answer(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def two(host: str, port: int, *args: Any, **kwargs: Any) -> Any:
        hosts = ["127.0.0.2", "127.0.0.1"] if host == "two.example" else [host]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in hosts]

    monkeypatch.setattr(socket, "getaddrinfo", two)
    assert post(f"http://two.example:{receiver.url.rpartition(':')[2]}/").is_success
    assert receiver.received[0].headers["host"].startswith("two.example:")


def test_a_proxy_of_the_environment_is_not_asked(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert post(f"{receiver.url}/hook").is_success


@pytest.mark.parametrize("name", ["hooks.example", "other.example", "unknown authority"])
def test_a_certificate_must_be_that_of_the_name_in_the_address(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    """The connection goes to an address of the network, but it is the name that must be proven."""
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
