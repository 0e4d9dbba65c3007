"""The header `Idempotency-Key`: a repeated request gets the stored response and is not executed again."""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any, cast

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from pledges.api.http.problems import ProblemError
from pledges.models import IdempotentRequest

RETENTION = timedelta(days=7)
KEY = re.compile(r"[!-~]{1,255}")

Action = Callable[..., Response]


def idempotent(action: Action) -> Action:
    """Run an action of a view and store its response in one transaction. Responses of failed actions are not stored.

    Of two concurrent requests with the same key, the second waits for the first on the unique constraint. Expired keys
    of a user are deleted when that user sends another key.
    """

    @wraps(action)
    @transaction.atomic
    def wrapper(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return action(view, request, *args, **kwargs)
        if not KEY.fullmatch(key):
            raise ProblemError(
                HTTPStatus.BAD_REQUEST, _("`Idempotency-Key` must be 1 to 255 visible ASCII characters.")
            )
        user = cast(User, request.user)  # the action requires a permission
        stored_requests = IdempotentRequest.objects.filter(user=user)
        stored_requests.filter(created_at__lt=timezone.now() - RETENTION).delete()
        fingerprint = _fingerprint(request)
        stored, is_new = stored_requests.get_or_create(user=user, key=key, defaults={"fingerprint": fingerprint})
        if not is_new:
            return _replay(stored, fingerprint)
        response = action(view, request, *args, **kwargs)
        stored.status, stored.body = response.status_code, response.data
        stored.save(update_fields=["status", "body"])
        return response

    return wrapper


def _replay(stored: IdempotentRequest, fingerprint: str) -> Response:
    if stored.fingerprint != fingerprint:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            _("This `Idempotency-Key` was used for a different request. Use a new one."),
        )
    return Response(stored.body, stored.status, headers={"Idempotency-Replayed": "true"})


def _fingerprint(request: Request) -> str:
    digest = hashlib.sha256(f"{request.method} {request.path}\n".encode())
    if request.content_type.startswith("multipart/"):
        # The raw body of a repeated request differs, because clients choose a new boundary each time.
        fields = dict(request.POST.lists())
        files = {
            name: [(file.name, hashlib.sha256(file.read()).hexdigest()) for file in several]
            for name, several in request.FILES.lists()
        }
        digest.update(json.dumps([fields, files], sort_keys=True).encode())
    else:
        digest.update(request.body)
    return digest.hexdigest()
