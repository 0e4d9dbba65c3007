"""Send errors to Sentry, or to a server that is compatible with it, without data of people or of the record.

A report has the type of the exception, the stack trace, the method, the route and the request ID. The message of the
exception is left out, because those of the database quote rows. It is in the server's log, under the request ID.
"""

from typing import Any

import sentry_sdk
from django.core.exceptions import ImproperlyConfigured
from sentry_sdk.integrations.atexit import AtexitIntegration
from sentry_sdk.integrations.dedupe import DedupeIntegration
from sentry_sdk.integrations.django import DjangoIntegration
from sentry_sdk.integrations.excepthook import ExcepthookIntegration
from sentry_sdk.integrations.logging import LoggingIntegration, ignore_logger
from sentry_sdk.integrations.threading import ThreadingIntegration
from sentry_sdk.utils import BadDsn, Dsn

from pledges import __version__
from pledges.api.http.request_id import request_id

DROPPED = ("breadcrumbs", "extra", "server_name", "user")


def enable(dsn: str) -> None:
    """Report the errors of this process. Call it before the WSGI application is created."""
    try:
        Dsn(dsn)
    except BadDsn as error:
        raise ImproperlyConfigured("SENTRY_DSN must be of the form https://key@host/project.") from error
    sentry_sdk.init(
        dsn=dsn,
        release=__version__,
        before_send=_without_data,
        include_local_variables=False,
        max_request_body_size="never",
        send_default_pii=False,
        # Only errors are sent, and webhooks get no headers for tracing.
        auto_session_tracking=False,
        default_integrations=False,
        auto_enabling_integrations=False,
        trace_propagation_targets=[],
        integrations=[
            AtexitIntegration(callback=lambda *_: None),  # a command sends its reports before it exits
            DedupeIntegration(),
            DjangoIntegration(),
            ExcepthookIntegration(),
            LoggingIntegration(),
            ThreadingIntegration(propagate_scope=False),
        ],
    )
    # Bad requests, such as those with another host: strangers could send any number of reports.
    ignore_logger("django.security.*")


def _without_data(event: Any, hint: Any) -> Any:
    for key in DROPPED:
        event.pop(key, None)
    if request := event.get("request"):
        event["request"] = {"method": request.get("method")}
    for exception in event.get("exception", {}).get("values", ()):
        exception["value"] = ""
    if line := event.get("logentry"):
        event["logentry"] = {"message": line.get("message")}  # without its arguments
    if current_id := request_id.get():
        event.setdefault("tags", {})["request_id"] = current_id
    return event
