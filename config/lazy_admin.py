from typing import Any

from django.contrib.admin import autodiscover
from django.contrib.admin.apps import SimpleAdminConfig
from django.contrib.admin.checks import check_admin_app, check_dependencies
from django.core import checks


class LazyAdminConfig(SimpleAdminConfig):
    """An admin configuration that doesn't import admin modules at startup.

    `config.urls` and the system checks call `autodiscover()` when they need the modules. These are a third of all
    imports, and most commands need none of them. Django's `AdminConfig` imports the modules at startup.
    `SimpleAdminConfig` never imports them, so the system checks would miss them.
    """

    def ready(self) -> None:
        checks.register(check_dependencies, checks.Tags.admin)
        checks.register(discover_and_check_admin, checks.Tags.admin)


def discover_and_check_admin(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Import the admin modules and run Django's checks on them."""
    autodiscover()
    return check_admin_app(app_configs, **kwargs)
