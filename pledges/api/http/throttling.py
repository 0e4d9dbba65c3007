"""Rate limiting with fixed windows. The `RateLimit` header contains the number of remaining requests."""

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from pledges.api.http.clients import client_network

ANONYMOUS, TOKEN = "anonymous", "token"


class ClientThrottle(SimpleRateThrottle):
    """Throttle by the user of a token or, for anonymous requests, by network.

    There are two policies, anonymous and token. If a policy has no rate, its requests are not counted.
    """

    num_requests: int
    duration: int

    def __init__(self) -> None:
        """Don't read a rate, as DRF does: here, the rate depends on the request."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        self.scope, client = (TOKEN, request.user.pk) if request.user else (ANONYMOUS, client_network(request))
        self.rate = self.get_rate()
        if self.rate is None:
            return True
        self.num_requests, self.duration = self.parse_rate(self.rate)  # type: ignore[assignment]  # None only without a rate
        window, elapsed = divmod(int(self.timer()), self.duration)
        self.seconds_left = self.duration - elapsed
        self.requests_left = self.num_requests - self._count(f"throttle:{self.scope}:{client}:{window}")
        return self.requests_left >= 0

    def _count(self, key: str) -> int:
        return 1 if self.cache.add(key, 1, timeout=2 * self.duration) else self.cache.incr(key)

    def wait(self) -> float:
        return self.seconds_left

    def headers(self) -> dict[str, str]:
        """Return the headers of draft-ietf-httpapi-ratelimit-headers-11."""
        if self.rate is None:
            return {}
        return {
            "RateLimit-Policy": f'"{self.scope}";q={self.num_requests};w={self.duration}',
            "RateLimit": f'"{self.scope}";r={max(self.requests_left, 0)};t={self.seconds_left}',
        }


class ThrottledView(APIView):
    """A view that counts each request after authentication, even if authentication fails or a permission is missing."""

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
