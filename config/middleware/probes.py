"""Answer `/healthz`, `/readyz` and `/metrics` whatever the `Host` header is.

A load balancer or a monitor connects to an IP address that is not in `ALLOWED_HOSTS`. No response depends on the host.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from config.health import healthz, readyz

View = Callable[[HttpRequest], HttpResponseBase]


class ProbeMiddleware:
    def __init__(self, get_response: View) -> None:
        self.get_response = get_response
        self.views: dict[str, View] = {"/healthz": healthz, "/readyz": readyz}
        if settings.METRICS_TOKEN:
            from config.metrics import metrics

            self.views["/metrics"] = metrics

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.views.get(request.path_info, self.get_response)(request)
