"""Django and DRF without anything of the project but its models and its database."""

from bench.settings.duixian import *  # noqa: F403

ROOT_URLCONF = "bench.contenders.bare"
MIDDLEWARE = []
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "UNAUTHENTICATED_USER": None,
}
STATEMENT_TIMEOUT = 0  # a search without an index may take its time
