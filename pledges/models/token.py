"""Tokens, with which programs ask the API in somebody's name."""

from django.utils.translation import gettext_lazy as _
from knox.models import AuthToken

MAX_DAYS = 366


class ApiToken(AuthToken):  # type: ignore[misc]  # knox has no types
    """Only its hash is kept: whoever makes it sees it once."""

    class Meta:
        proxy = True
        default_permissions = ()  # those of knox's own model hold
        ordering = ["-created"]
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return f"{self.token_key}… · {self.user}"
