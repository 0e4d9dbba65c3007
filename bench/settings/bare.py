"""Settings for the floor and plain DRF contenders: the project's, without its URLs, middleware and DRF settings."""

from bench.settings.duixian import *  # noqa: F403

ROOT_URLCONF = "bench.contenders.bare"
MIDDLEWARE = []
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "UNAUTHENTICATED_USER": None,
}
STATEMENT_TIMEOUT = 0  # the floor searches without an index, which takes long
