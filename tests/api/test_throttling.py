"""Throttling: a client that has sent too many requests gets 429, while other clients are served."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django.fixtures import Settings

from pledges.api.http.throttling import ClientThrottle, ThrottledView
from tests.factories import Record

from .conftest import TokenClient, problem

TEN_SECONDS_PAST_THE_MINUTE = 28_000_000 * 60 + 10
PATH = "/api/v1/units/"


@pytest.fixture(autouse=True)
def rates(monkeypatch: pytest.MonkeyPatch, unlimited_requests: None) -> None:
    cache.clear()
    monkeypatch.setitem(ClientThrottle.THROTTLE_RATES, "anonymous", "3/minute")
    monkeypatch.setitem(ClientThrottle.THROTTLE_RATES, "token", "5/hour")
    set_time(monkeypatch, TEN_SECONDS_PAST_THE_MINUTE)


def set_time(monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    monkeypatch.setattr(ClientThrottle, "timer", staticmethod(lambda: seconds))


def request_statuses(times: int = 1, *, address: str = "192.0.2.1", path: str = PATH, **headers: str) -> list[int]:
    """Send a number of equal requests, and return the statuses of the responses."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return [Client(REMOTE_ADDR=address).get(path, headers=named).status_code for _ in range(times)]


def test_response_headers_contain_the_remaining_requests(record: Record) -> None:
    responses = [Client().get(PATH) for _ in range(4)]
    assert [response["RateLimit"] for response in responses] == [f'"anonymous";r={left};t=50' for left in (2, 1, 0, 0)]
    assert {response["RateLimit-Policy"] for response in responses} == {'"anonymous";q=3;w=60'}


def test_throttled_response_contains_the_seconds_to_wait(record: Record) -> None:
    request_statuses(3, address="127.0.0.1")
    response = Client(headers={"Accept-Language": "en"}).get(PATH)
    details = problem(response, 429)
    assert (details["title"], details["detail"]) == ("Too Many Requests", "Too many requests. Retry in 50 seconds.")
    assert response["Retry-After"] == "50"


def test_count_restarts_in_the_next_window(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    assert request_statuses(4) == [200, 200, 200, 429]
    set_time(monkeypatch, TEN_SECONDS_PAST_THE_MINUTE + 50)
    assert request_statuses(4) == [200, 200, 200, 429]


def test_clients_are_counted_separately(record: Record) -> None:
    assert request_statuses(4) == [200, 200, 200, 429]
    assert request_statuses(address="192.0.2.2") == [200]


def test_token_has_its_own_rate(record: Record, reader: TokenClient) -> None:
    request_statuses(4, address="127.0.0.1")
    response = reader.get("units/")
    assert (response["RateLimit-Policy"], response["RateLimit"]) == ('"token";q=5;w=3600', '"token";r=4;t=1190')
    assert [reader.get("units/").status_code for _ in range(5)] == [200, 200, 200, 200, 429]


def test_all_tokens_of_a_user_count_together(record: Record, reader: TokenClient) -> None:
    for _ in range(3):
        reader.get("units/")
    assert TokenClient("reader").get("units/")["RateLimit"] == '"token";r=1;t=1190'


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        (f"{PATH}nope/", {}, 404),
        (f"{PATH}?nope=1", {}, 400),
        (PATH, {"Authorization": "Token x"}, 401),
        ("/api/v1/docs/", {}, 200),
        ("/api/v1/schema/", {}, 200),
    ],
)
def test_every_response_counts(record: Record, path: str, headers: dict[str, str], status: int) -> None:
    assert request_statuses(4, path=path, **headers) == [status, status, status, 429]


def test_every_endpoint_is_throttled() -> None:
    views: list[Any] = [pattern.callback for pattern in url_patterns(get_resolver("pledges.api.urls"))]
    classes = {getattr(view, "cls", None) or view.view_class for view in views}
    assert len(classes) > 10
    assert {one for one in classes if not issubclass(one, ThrottledView)} == set()


def url_patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from url_patterns(pattern)
        else:
            yield pattern


def test_forbidden_requests_are_throttled(record: Record) -> None:
    statuses = [Client().post(f"/api/v1/pledges/{record.schools.ref}/follow-ups/").status_code for _ in range(4)]
    assert statuses == [401, 401, 401, 429]


def test_no_request_is_counted_without_a_rate(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ClientThrottle.THROTTLE_RATES, "anonymous", None)
    response = Client().get(PATH)
    assert "RateLimit" not in response
    assert "RateLimit-Policy" not in response
    assert request_statuses(5) == [200] * 5


def test_spoofed_forwarded_header_is_ignored(record: Record) -> None:
    assert [request_statuses(X_Forwarded_For=f"198.51.100.{n}")[0] for n in range(4)] == [200, 200, 200, 429]


def test_client_is_identified_by_the_address_that_the_proxy_adds(record: Record, settings: Settings) -> None:
    settings.NUM_PROXIES = 1
    assert [request_statuses(X_Forwarded_For=f"10.0.0.{n}, 198.51.100.1")[0] for n in range(4)] == [200, 200, 200, 429]
    assert request_statuses(X_Forwarded_For="198.51.100.1, 198.51.100.2") == [200]


def test_addresses_of_one_ipv6_network_count_together(record: Record) -> None:
    assert [request_statuses(address=f"2001:db8::{n}")[0] for n in range(4)] == [200, 200, 200, 429]
    assert request_statuses(address="2001:db8:0:1::1") == [200]


def test_concurrent_requests_are_all_counted() -> None:
    throttle = ClientThrottle()
    throttle.duration = 60
    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(throttle._count, ["one-client"] * 400))  # noqa: SLF001 only counting is shared by threads
    assert sorted(counts) == list(range(1, 401))
