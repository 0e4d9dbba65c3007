"""Choose the language of a response: the user's choice in the admin, `Accept-Language` in the API and the feeds."""

from django.conf import settings
from django.http import HttpRequest
from django.middleware import locale

from config.api_requests import is_api_request


class LocaleMiddleware(locale.LocaleMiddleware):
    """Ignore the language cookie in the API and the feeds, so that their responses don't vary by cookie."""

    def process_request(self, request: HttpRequest) -> None:
        if is_api_request(request):
            request.COOKIES.pop(settings.LANGUAGE_COOKIE_NAME, None)
        super().process_request(request)
