"""API tokens, which let a program act as a user."""

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
