"""The language of an answer: in the admin as its reader has chosen, in API and feeds as `Accept-Language` says."""

from django.conf import settings
from django.http import HttpRequest
from django.middleware import locale

from pledges.api.addresses import is_for_programs


class LocaleMiddleware(locale.LocaleMiddleware):
    """In API and feeds without the cookie: caches are told in `Vary` what an answer depends on."""

    def process_request(self, request: HttpRequest) -> None:
        if is_for_programs(request):
            request.COOKIES.pop(settings.LANGUAGE_COOKIE_NAME, None)
        super().process_request(request)
