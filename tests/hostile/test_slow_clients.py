"""Clients that send or read slowly, or not at all, keep nobody else from the site."""

import resource
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from statistics import median

import pytest
from django.db import connection, transaction

from config.web_server import MAX_CONNECTIONS, MIN_RATE, SEND_BUFFER
from tests.factories import make_dimension
from tests.hostile.conftest import CLIENT_TIMEOUT, Server, is_closed, request, response_to

pytestmark = [pytest.mark.hostile, pytest.mark.slow, pytest.mark.database]

MANY = 500
UNITS = 40_000  # an export of about 6 MiB, more than the buffers of the server and the kernel
EXPORT = "/api/v1/units.jsonl"
HEADER = request("GET", "/api/v1/units/")[:-4]
CSRF = "a" * 32
# Without a CSRF cookie, Django responds before it reads the body.
BODY = request("POST", "/admin/login/", {"Cookie": f"__Host-csrftoken={CSRF}", "Content-Length": 100_000}, b"username=")


@pytest.fixture(scope="module", autouse=True)
def many_units(committed_rows: None) -> None:
    dimension = make_dimension("money", base_unit="元")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE pledges_unit DISABLE TRIGGER USER")  # they log rows
        cursor.execute(
            "INSERT INTO pledges_unit (symbol, name_en, dimension_id, numerator)"
            " SELECT 'unit' || number, repeat('u', 50), %s, number FROM generate_series(1, %s) AS number",
            [dimension.pk, UNITS],
        )
        cursor.execute("ALTER TABLE pledges_unit ENABLE TRIGGER USER; ANALYZE pledges_unit")


@pytest.fixture(scope="module", autouse=True)
def many_files() -> Iterator[None]:
    """Allow this process to open as many connections as the tests need."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@contextmanager
def opened(server: Server, data: list[bytes], *, receive_buffer: int = 0) -> Iterator[list[socket.socket]]:
    with ExitStack() as stack:
        yield [stack.enter_context(server.connect(each, receive_buffer=receive_buffer)) for each in data]


def export_of(client: int, path: str = EXPORT) -> bytes:
    return request("GET", path, {"X-Forwarded-For": f"203.0.113.{client % 250}"})


def assert_served(server: Server) -> None:
    """Assert that others get their responses within a second. On a busy machine, one may take longer."""
    responses = [server.get("/api/v1/units/?limit=1") for _ in range(5)]
    assert {status for status, _seconds in responses} == {200}
    times = [seconds for _status, seconds in responses]
    assert median(times) < 1
    assert max(times) < 3


def wait_until_closed(clients: list[socket.socket]) -> float:
    """Return how many seconds passed until the server closed all connections."""
    start = time.monotonic()
    while not all(is_closed(client) for client in clients):
        assert time.monotonic() < start + 5 * CLIENT_TIMEOUT
        time.sleep(0.05)
    return time.monotonic() - start


def wait_until_no_export_runs(server: Server) -> None:
    end = time.monotonic() + 5 * CLIENT_TIMEOUT
    while server.get(EXPORT + "?limit=1")[0] == 503 or open_transactions():
        assert time.monotonic() < end
        time.sleep(0.1)


def open_transactions() -> int:
    """Return how many transactions of the server hold a snapshot."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND backend_type = 'client backend' AND backend_xmin IS NOT NULL"
            " AND pid != pg_backend_pid()"
        )
        (number,) = cursor.fetchone()
    return int(number)


def test_slow_bodies_hold_no_thread(server: Server) -> None:
    with opened(server, [BODY] * 8) as clients:
        for client in clients:
            client.sendall(b"a")
        assert_served(server)


def test_idle_connections_make_room_for_new_ones(server: Server) -> None:
    with opened(server, [b""] * (MAX_CONNECTIONS + 50)) as clients:
        assert server.get("/healthz")[0] == 200
        assert sum(is_closed(client) for client in clients) >= 50


def test_unread_exports_end(server: Server) -> None:
    wait_until_no_export_runs(server)
    with opened(server, [export_of(number) for number in range(3)], receive_buffer=4096) as clients:
        for client in clients:
            assert response_to(client).status == 200
        assert server.get(EXPORT)[0] == 503
        assert open_transactions() >= 3
        wait_until_no_export_runs(server)


def test_export_that_is_read_too_slowly_ends(server: Server) -> None:
    wait_until_no_export_runs(server)
    with server.connect(export_of(1), receive_buffer=4096) as client:
        start, received = time.monotonic(), 0
        while data := client.recv(MIN_RATE // 20):
            received += len(data)
            assert time.monotonic() < start + 20 * CLIENT_TIMEOUT
            if time.monotonic() > start + 2 * CLIENT_TIMEOUT and not open_transactions():
                break
            time.sleep(0.1)
        assert received < SEND_BUFFER * 4


def test_export_that_is_read_steadily_is_complete(server: Server) -> None:
    wait_until_no_export_runs(server)
    with server.connect(export_of(1), receive_buffer=65536) as client:
        response = response_to(client)
        start, lines = time.monotonic(), 0
        while data := response.read(2**20):
            lines += data.count(b"\n")
            time.sleep(CLIENT_TIMEOUT / 6)
        assert lines == UNITS
        assert time.monotonic() - start > CLIENT_TIMEOUT


def test_requests_sent_before_the_response_are_dropped(server: Server) -> None:
    with server.connect(request("GET", "/healthz") * 100) as client:
        response = response_to(client)
        assert (response.status, response.getheader("Connection")) == (200, "close")
        response.read()
        assert is_closed(client) or wait_until_closed([client])


def test_connection_is_kept_for_the_next_request(server: Server) -> None:
    with server.connect() as client:
        start = time.monotonic()
        while time.monotonic() < start + 1.5 * CLIENT_TIMEOUT:  # a client that is active is not limited
            client.sendall(request("GET", "/api/v1/units/?limit=1"))
            response = response_to(client)
            assert (response.status, response.getheader("Connection")) == (200, None)
            response.read()
            time.sleep(0.5)


def test_site_is_served_beside_many_slow_clients(server: Server) -> None:
    """The last test of the module, because the server is still busy with the exports."""
    unread = [export_of(number) for number in range(MANY)]
    with (
        opened(server, [HEADER] * MANY + [BODY] * MANY) as senders,
        opened(server, unread, receive_buffer=4096) as readers,
    ):
        for client in senders:
            with suppress(ConnectionError):  # the machine was so busy that the time of the first is over
                client.sendall(b"a")
        assert_served(server)
        assert 0 < wait_until_closed(senders) < 2 * CLIENT_TIMEOUT
        assert_served(server)
        assert readers
