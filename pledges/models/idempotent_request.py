"""Requests with an `Idempotency-Key`, and their responses, which are sent again to repeated requests."""

from django.contrib.auth.models import User
from django.db import models
from django.db.models.functions import Now


class IdempotentRequest(models.Model):
    user = models.ForeignKey(User, models.CASCADE, related_name="idempotent_requests")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)  # SHA-256 of method, path and body
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotent_request_unique")]

    def __str__(self) -> str:
        return self.key
