"""The HTTP layer that all endpoints share: parameters, errors, content negotiation, ETags, throttling, idempotency."""
