"""The response to a login after too many wrong passwords, which django-axes counts by user name and IP address."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def lockout_response(request: HttpRequest, response: HttpResponse, credentials: Any) -> HttpResponse:
    """Render the same page for existing and unknown accounts."""
    seconds = int(settings.AXES_COOLOFF_TIME.total_seconds())
    page = render(request, "429.html", {"minutes": seconds // 60}, status=429)
    page["Retry-After"] = str(seconds)
    return page
