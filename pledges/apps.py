from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PledgesConfig(AppConfig):
    name = "pledges"
    verbose_name = _("The record")

    def ready(self) -> None:
        from pledges import checks  # noqa: F401 registers them
