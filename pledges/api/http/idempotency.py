"""`Idempotency-Key`: asking the same again gives the same answer, and nothing is done a second time."""

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

from pledges.api.http.problems import Problem
from pledges.models import IdempotentRequest

KEPT_FOR = timedelta(days=7)
KEY = re.compile(r"[!-~]{1,255}")

Action = Callable[..., Response]


def idempotent(action: Action) -> Action:
    """An action of a view, in one transaction with the memory of its answer; what fails is not remembered.

    Of two that ask the same at once, the second waits for the first at the unique key. Keys that are too old go when
    their owner sends another one.
    """

    @wraps(action)
    @transaction.atomic
    def once(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return action(view, request, *args, **kwargs)
        if not KEY.fullmatch(key):
            raise Problem(HTTPStatus.BAD_REQUEST, _("An Idempotency-Key has 1 to 255 visible ASCII characters."))
        user = cast(User, request.user)  # only they who have a permission come here
        mine = IdempotentRequest.objects.filter(user=user)
        mine.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()
        fingerprint = _fingerprint(request)
        kept, is_new = mine.get_or_create(user=user, key=key, defaults={"fingerprint": fingerprint})
        if not is_new:
            return _replay(kept, fingerprint)
        response = action(view, request, *args, **kwargs)
        kept.status, kept.body = response.status_code, response.data
        kept.save(update_fields=["status", "body"])
        return response

    return once


def _replay(kept: IdempotentRequest, fingerprint: str) -> Response:
    if kept.fingerprint != fingerprint:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY, _("This Idempotency-Key was used for another request: take a new one.")
        )
    return Response(kept.body, kept.status, headers={"Idempotency-Replayed": "true"})


def _fingerprint(request: Request) -> str:
    digest = hashlib.sha256(f"{request.method} {request.path}\n".encode())
    if request.content_type.startswith("multipart/"):
        # Not as it was sent: a client puts another boundary between the parts each time.
        fields = dict(request.POST.lists())
        files = {
            name: [(file.name, hashlib.sha256(file.read()).hexdigest()) for file in several]
            for name, several in request.FILES.lists()
        }
        digest.update(json.dumps([fields, files], sort_keys=True).encode())
    else:
        digest.update(request.body)
    return digest.hexdigest()
