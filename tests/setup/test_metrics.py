"""`/metrics` is off by default, and only for clients that have the token."""

from collections.abc import Iterator

import pytest
from django.conf import settings as django_settings
from django.test import Client, override_settings

AROUND = "django_prometheus.middleware.Prometheus{}Middleware"


@pytest.fixture
def metrics_on() -> Iterator[None]:
    middleware = [AROUND.format("Before"), *django_settings.MIDDLEWARE, AROUND.format("After")]
    with override_settings(METRICS_TOKEN="long and random", MIDDLEWARE=middleware, ALLOWED_HOSTS=["pledges.example"]):
        yield


def test_metrics_are_off_by_default(client: Client) -> None:
    assert not any("prometheus" in name for name in django_settings.MIDDLEWARE)
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer "}, {"Authorization": "Bearer other"}])
def test_metrics_need_the_token(metrics_on: None, client: Client, header: dict[str, str]) -> None:
    response = client.get("/metrics", headers=header)
    assert (response.status_code, response.content) == (401, b"")


def test_metrics_count_requests(metrics_on: None, client: Client) -> None:
    """Prometheus reads from an IP address and without HTTPS."""
    client.get("/", headers={"Host": "pledges.example"})
    header = {"Authorization": "Bearer long and random", "Host": "127.0.0.1:8000"}
    with override_settings(SECURE_SSL_REDIRECT=True):
        response = client.get("/metrics", headers=header)
    assert response.status_code == 200
    assert 'django_http_responses_total_by_status_total{status="302"}' in response.text
