"""How often one client may ask, counted in windows of the clock; `RateLimit` tells each how much is left."""

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from pledges.api.http.clients import client_network

ANONYMOUS, TOKEN = "anonymous", "token"


class ClientThrottle(SimpleRateThrottle):
    """A client is the user of a token, or else a network. Where a policy has no rate, nothing is counted."""

    num_requests: int
    duration: int

    def __init__(self) -> None:
        """The rate is that of the policy, which depends on the request."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        self.scope, client = (TOKEN, request.user.pk) if request.user else (ANONYMOUS, client_network(request))
        self.rate = self.get_rate()
        if self.rate is None:
            return True
        self.num_requests, self.duration = self.parse_rate(self.rate)  # type: ignore[assignment]  # as there is a rate
        window, passed = divmod(int(self.timer()), self.duration)
        self.seconds_left = self.duration - passed
        self.requests_left = self.num_requests - self._count(f"throttle:{self.scope}:{client}:{window}")
        return self.requests_left >= 0

    def _count(self, key: str) -> int:
        return 1 if self.cache.add(key, 1, timeout=2 * self.duration) else self.cache.incr(key)

    def wait(self) -> float:
        return self.seconds_left

    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers-11 has them."""
        if self.rate is None:
            return {}
        return {
            "RateLimit-Policy": f'"{self.scope}";q={self.num_requests};w={self.duration}',
            "RateLimit": f'"{self.scope}";r={max(self.requests_left, 0)};t={self.seconds_left}',
        }


class ThrottledView(APIView):
    """Counts every request whose client is known, also one with a wrong token or without permission."""

    def perform_authentication(self, request: Request) -> None:
        try:
            super().perform_authentication(request)
        finally:
            self.throttle = ClientThrottle()
            if not self.throttle.allow_request(request, self):
                self.throttled(request, self.throttle.wait())

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if hasattr(self, "throttle"):
            for name, value in self.throttle.headers().items():
                response[name] = value
        return response
