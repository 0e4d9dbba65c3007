"""Answer `/healthz` and `/readyz` whatever the `Host` header is.

A load balancer or a monitor connects to an IP address that is not in `ALLOWED_HOSTS`. Neither response depends on the
host.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from config.health import healthz, readyz

PROBES = {"/healthz": healthz, "/readyz": readyz}


class ProbeMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return PROBES.get(request.path_info, self.get_response)(request)
