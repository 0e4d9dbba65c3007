"""API tokens, which let a program act as a user."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.models import AuthToken

MAX_DAYS = 366


class ApiToken(AuthToken):  # type: ignore[misc]  # knox has no types
    """Only the hash is stored, so the token itself is shown once, when it is created."""

    class Meta:
        proxy = True
        default_permissions = ()  # permissions of knox's own model apply
        ordering = ["-created"]
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return f"{self.token_key}… · {self.user}"

    @property
    def is_expired(self) -> bool:
        return self.expiry is not None and self.expiry < timezone.now()

    @property
    def may_approve(self) -> bool:
        return hasattr(self, "approval_right")


class ApprovalRight(models.Model):
    """Lets a token approve and return follow-ups, as its user may. Other tokens write and submit only."""

    token = models.OneToOneField(AuthToken, models.CASCADE, primary_key=True, related_name="approval_right")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.token)


@transaction.atomic
def create_token(user: User, lifetime: timedelta, *, may_approve: bool) -> tuple[ApiToken, str]:
    """Return the stored token, and the text that a program has to send, which is not stored."""
    token, text = ApiToken.objects.create(user, expiry=lifetime)
    if may_approve:
        ApprovalRight.objects.create(token=token)
    return token, text
