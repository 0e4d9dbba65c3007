"""Django settings, read from the environment variables that `docs/operating.md` lists.

Without `DATABASE_URL`, the site is configured for a local machine: it starts the embedded PostgreSQL, generates a
secret key and serves plain HTTP. With `DATABASE_URL`, it is configured for production, and no secret has a default.
"""

import os
import re
import secrets
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from config import embedded, formats
from pledges.importer import record_file

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

IS_EMBEDDED = not env.str("DATABASE_URL", default="")


def _local_secret_key() -> str:
    path = embedded.HOME / "secret_key"
    if not path.exists():
        embedded.HOME.mkdir(exist_ok=True)
        # The file gets its name when it is complete, so that two processes that start at once use the same key.
        with NamedTemporaryFile("w", dir=embedded.HOME) as new, suppress(FileExistsError):
            new.write(secrets.token_urlsafe(50))
            new.flush()
            os.link(new.name, path)
    return path.read_text()


def _flag(name: str, *, default: bool) -> bool:
    text = env.str(name, default=str(default)).lower()
    if text not in {"1", "true", "0", "false"}:  # `env.bool` reads any misspelt word as false
        raise ImproperlyConfigured(f"{name} is {text!r}; it must be 1 or 0.")
    return text in {"1", "true"}


def _count(name: str, *, default: int, minimum: int = 0) -> int:
    text = env.str(name, default="") or str(default)
    if not (text.isascii() and text.isdecimal() and int(text) >= minimum):
        raise ImproperlyConfigured(f"{name} is {text!r}; it must be a whole number, at least {minimum}.")
    return int(text)


def _assignments(name: str) -> dict[str, str]:
    """Assignments such as `a=b,c=d`, as a dictionary."""
    text = env.str(name, default="")
    if text and not re.fullmatch(r"[^=,]+=[^=,]+(,[^=,]+=[^=,]+)*", text):
        raise ImproperlyConfigured(f"{name} is {text!r}; it must be of the form group=role,group=role.")
    pairs = [pair.partition("=") for pair in text.split(",") if pair]
    return {left.strip(): right.strip() for left, _sign, right in pairs}


def _rate(name: str, *, default: str) -> str | None:
    """A rate limit such as `600/minute`; None, from an empty variable, for no limit."""
    text = env.str(name, default=default)
    if text and not re.fullmatch(r"[1-9][0-9]*/(second|minute|hour|day)", text):
        raise ImproperlyConfigured(f"{name} is {text!r}; it must be a rate such as 600/minute, or empty.")
    return text or None


DEBUG = _flag("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or (_local_secret_key() if IS_EMBEDDED else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("Set SECRET_KEY: none is generated if DATABASE_URL is set.")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# Whether a proxy in front of the site terminates TLS. To be switched off only on a local machine.
HTTPS = _flag("HTTPS", default=not IS_EMBEDDED)
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
if HTTPS:  # browsers accept a cookie with this prefix only from the host that uses it, not from a subdomain
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"

# A session ends after this time without use.
SESSION_COOKIE_AGE = 3600 * _count("SESSION_HOURS", default=12, minimum=1)

# The number of trusted proxies in front of the site. The outermost of them sees the IP address of the client.
NUM_PROXIES = _count("NUM_PROXIES", default=int(HTTPS))

# Set in the image, where the server has a network of its own.
IN_CONTAINER = _flag("IN_CONTAINER", default=False)

INSTALLED_APPS = [
    "config",  # for its management commands
    "pledges",
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.import_export",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "config.lazy_admin.LazyAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_filters",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "import_export",
    "knox",
    "pghistory",
    "pgtrigger",
    "rest_framework",
]

MIDDLEWARE = [
    "config.middleware.request_log.RequestLogMiddleware",
    "config.middleware.security_headers.SecurityHeadersMiddleware",
    "config.middleware.redirects.RedirectMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.probes.ProbeMiddleware",
    "config.middleware.cors.CorsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.locale.LocaleMiddleware",
    "config.middleware.body_limit.BodyLimitMiddleware",
    "config.middleware.conditional_get.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.history.HistoryMiddleware",
    "config.middleware.session_renewal.SessionRenewalMiddleware",
    "config.middleware.two_factor.TwoFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.middleware.overload.OverloadMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]

# Prometheus reads /metrics with this token. Without one, nothing is counted and there is no such page.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
if METRICS_TOKEN:
    MIDDLEWARE.insert(0, "django_prometheus.middleware.PrometheusBeforeMiddleware")
    MIDDLEWARE.append("django_prometheus.middleware.PrometheusAfterMiddleware")

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASE: dict[str, Any]
if IS_EMBEDDED:
    DATABASE = {
        "ENGINE": "config.embedded",
        "NAME": "duixian",
        "USER": embedded.USER,
        "HOST": str(embedded.POSTGRES.socket_dir),
        "PORT": embedded.PORT,
    }
else:
    try:
        DATABASE = env.db_url("DATABASE_URL")
    except ValueError:
        DATABASE = {"ENGINE": None}
    if DATABASE["ENGINE"] != "django.db.backends.postgresql":
        raise ImproperlyConfigured("DATABASE_URL must be of the form postgres://user:password@host:5432/name.")

# The public URL of the site, for links that are built without a request.
SITE_URL = env.str("SITE_URL", default="").rstrip("/") or (
    f"https://{next(iter(ALLOWED_HOSTS), 'localhost')}" if HTTPS else f"http://localhost:{env.str('PORT', '') or 8000}"
)
if not re.fullmatch(r"https?://[^/?#@\s]+", SITE_URL):
    raise ImproperlyConfigured(f"SITE_URL is {SITE_URL!r}; it must be of the form https://pledges.example.")

# The publisher of the verdicts, as named in the API, the feeds and ClaimReview.
NEWSROOM = env.str("NEWSROOM", default="") or "兑现 Duixian"

# Off by default, so that a webhook subscriber can't make the server connect to machines in its private network.
WEBHOOKS_ALLOW_PRIVATE = _flag("WEBHOOKS_ALLOW_PRIVATE", default=False)

# Lets authors approve their own follow-ups, in a newsroom of one person. Triggers read it from the connection.
ONE_PERSON_DESK = _flag("ONE_PERSON_DESK", default=False)
OPTIONS: dict[str, Any] = DATABASE.get("OPTIONS", {}) | {"prepare_threshold": 5}
# Django disables prepared statements by prepare_threshold=None; this enables them. Generic plans are forced, because
# one plan is good for all values of the queries in `pledges.database.prepared`, and planning them takes longer than
# executing them.
OPTIONS["options"] = f"{OPTIONS.get('options', '')} -c plan_cache_mode=force_generic_plan"
if ONE_PERSON_DESK:
    OPTIONS["options"] += " -c duixian.one_person_desk=on"
DATABASES = {"default": DATABASE | {"OPTIONS": OPTIONS}}

# The folder of the record that is loaded: pages, and the places, metrics and units that only it has.
RECORD: Path | None
if _record := env.str("RECORD", default="") or (str(Path("seeds", "hohhot")) if IS_EMBEDDED else ""):
    RECORD = BASE_DIR / Path(_record).expanduser()
else:
    RECORD = None
RECORD_SETTINGS = record_file.read(RECORD)

# The time limit of an SQL statement in processes that serve requests, in seconds; 0 for no limit.
STATEMENT_TIMEOUT = _count("STATEMENT_TIMEOUT", default=10)

# How long the server waits for a client that sends or reads nothing, in seconds.
CLIENT_TIMEOUT = _count("CLIENT_TIMEOUT", default=30, minimum=1)

# This cache is local to a process, so each process counts rate limits separately.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 50_000}},
}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FIXTURE_DIRS = [BASE_DIR / "fixtures"]

AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in {
        "UserAttributeSimilarityValidator": {},
        "MinimumLengthValidator": {"min_length": 12},
        "CommonPasswordValidator": {},
        "NumericPasswordValidator": {},
    }.items()
]

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AXES_HANDLER = "pledges.admin.lockout.LockoutHandler"
AXES_FAILURE_LIMIT = 5
NETWORK_FAILURE_LIMIT = 20  # for all user names together
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # further attempts don't prolong the lockout
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "pledges.admin.lockout.lockout_response"
AXES_CLIENT_IP_CALLABLE = "pledges.api.http.clients.client_network"
AXES_SENSITIVE_PARAMETERS = ["username", "csrfmiddlewaretoken"]  # users sometimes type their password as the user name
AXES_DISABLE_ACCESS_LOG = True  # successful logins are not logged, since nobody would read or clear that log
AXES_ENABLE_ADMIN = False

# Whether users who may approve need a second factor, in the admin and for tokens. Others may have one.
REQUIRE_TWO_FACTOR = _flag("REQUIRE_TWO_FACTOR", default=False)
# Single sign-on by OpenID Connect, off without an issuer. Groups of the provider are roles here.
OIDC_ISSUER = env.str("OIDC_ISSUER", default="").rstrip("/")
OIDC_NAME = env.str("OIDC_NAME", default="") or "OpenID Connect"
OIDC_GROUPS_CLAIM = env.str("OIDC_GROUPS_CLAIM", default="") or "groups"
OIDC_GROUPS = _assignments("OIDC_GROUPS")
OIDC_CLIENT_ID, OIDC_CLIENT_SECRET = env.str("OIDC_CLIENT_ID", default=""), env.str("OIDC_CLIENT_SECRET", default="")
if OIDC_ISSUER:
    if not re.fullmatch(r"https://[^?#\s]+|http://(localhost|127\.0\.0\.1)(:[0-9]+)?(/[^?#\s]*)?", OIDC_ISSUER):
        raise ImproperlyConfigured(f"OIDC_ISSUER is {OIDC_ISSUER!r}; it must be an https URL.")
    if not (OIDC_CLIENT_ID and OIDC_CLIENT_SECRET and OIDC_GROUPS):
        raise ImproperlyConfigured("With OIDC_ISSUER, set OIDC_CLIENT_ID, OIDC_CLIENT_SECRET and OIDC_GROUPS.")
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": OIDC_NAME,
                "client_id": OIDC_CLIENT_ID,
                "secret": OIDC_CLIENT_SECRET,
                "settings": {"server_url": OIDC_ISSUER},
            }
        ],
    }
}
ACCOUNT_ADAPTER = "pledges.admin.single_sign_on.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_UNIQUE_EMAIL = False  # accounts are not found by their e-mail address
SOCIALACCOUNT_ADAPTER = "pledges.admin.single_sign_on.SocialAccountAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # the content security policy forbids forms that lead to the provider

OTP_TOTP_ISSUER = "Duixian"  # the name that authenticator apps show

# Mail, for new passwords and failures. By default it is written to the standard output.
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 10  # seconds
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default="") or f"duixian@{urlsplit(SITE_URL).hostname}"
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_SUBJECT_PREFIX = f"[{urlsplit(SITE_URL).hostname}] "
# Recipients of failures of services, backups and restore drills (`manage.py report_failure`).
ADMINS = [("", address) for address in env.list("ALERT_EMAIL", default=[])]
PASSWORD_RESET_TIMEOUT = 3600  # seconds

PGHISTORY_CREATED_AT_FUNCTION = "clock_timestamp()"  # unlike now(), it differs between the changes of a transaction
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

LOGIN_REDIRECT_URL = "admin:index"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
FORMAT_MODULE_PATH = "config.formats"
DATE_INPUT_FORMATS = formats.DATE_INPUT_FORMATS  # Unfold's filters by date read the setting
LOCALE_PATHS = [BASE_DIR / "pledges" / "locale"]
TIME_ZONE = RECORD_SETTINGS.time_zone
USE_TZ = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "config.json_logging.RequestIdFilter"}},
    "formatters": {"json": {"()": "config.json_logging.Formatter"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["request_id"]},
        "null": {"class": "logging.NullHandler"},
    },
    "loggers": {
        "requests": {"level": "INFO"},
        "pledges": {"level": "INFO"},
        "django": {"handlers": [], "level": "WARNING"},
        "django.request": {"level": "ERROR"},
        "django.server": {"handlers": ["null"], "propagate": False},
        "waitress.queue": {"level": "ERROR"},  # it warns of each request that waits for a thread
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}

STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(BASE_DIR / ".duixian" / "static"))
WHITENOISE_ROOT = BASE_DIR / "config" / "site_root"  # robots.txt
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

UNFOLD = {
    "SITE_TITLE": "兑现 Duixian",
    "SITE_HEADER": "兑现 Duixian",
    "SITE_SUBHEADER": _("What was promised, and what became of it"),
    "SITE_SYMBOL": "fact_check",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda _request: static("pledges/icon.svg")}],
    "SITE_URL": None,
    "SHOW_LANGUAGES": True,
    "ACCOUNT": {"navigation": [{"title": _("Two-factor login"), "link": reverse_lazy("two-factor")}]},
    "STYLES": [lambda _request: static("pledges/admin.css")],
    "DASHBOARD_CALLBACK": "pledges.admin.dashboard.dashboard_context",
    "SIDEBAR": {"navigation": "pledges.admin.navigation.sections"},
    "COLORS": {
        "primary": {
            "50": "oklch(97% .014 254.604)",
            "100": "oklch(93.2% .032 255.585)",
            "200": "oklch(88.2% .059 254.128)",
            "300": "oklch(80.9% .105 251.813)",
            "400": "oklch(70.7% .165 254.624)",
            "500": "oklch(62.3% .214 259.815)",
            "600": "oklch(54.6% .245 262.881)",
            "700": "oklch(48.8% .243 264.376)",
            "800": "oklch(42.4% .199 265.638)",
            "900": "oklch(37.9% .146 265.522)",
            "950": "oklch(28.2% .091 267.935)",
        },
    },
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["pledges.api.http.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_RENDERER_CLASSES": ["pledges.api.http.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "pledges.api.http.negotiation.FormatNegotiation",
    "DEFAULT_METADATA_CLASS": "pledges.api.http.metadata.Metadata",
    "DEFAULT_PARSER_CLASSES": ["pledges.api.http.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "pledges.api.openapi.schema.ProblemAutoSchema",
    "EXCEPTION_HANDLER": "pledges.api.http.problems.exception_handler",
    "DEFAULT_THROTTLE_RATES": {
        "anonymous": _rate("THROTTLE_ANONYMOUS", default="600/minute"),
        "token": _rate("THROTTLE_TOKEN", default="6000/minute"),
    },
    "URL_FORMAT_OVERRIDE": None,  # `?format=` is rejected like any other unknown parameter
}

REST_KNOX = {
    "TOKEN_PREFIX": "dx_",  # makes a leaked token recognisable
    "TOKEN_TTL": timedelta(days=90),
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Duixian",  # code generators name client packages after it
    "DESCRIPTION": "兑现: quantified commitments of officials, quoted from newspapers, and their outcomes.",
    "VERSION": "1",
    "CONTACT": {"name": NEWSROOM, "url": SITE_URL},
    "LICENSE": {
        "name": "MIT for the code; quotes belong to their newspapers",
        "url": "https://opensource.org/license/mit",
    },
    "SERVERS": [{"url": "/", "description": "This server"}],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "pledges.api.openapi.descriptions.complete",
    ],
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SORT_OPERATION_PARAMETERS": False,  # they are declared in the order in which they are best read
    "TAGS": [
        {"name": name}
        for name in (
            "start",
            "pledges",
            "follow-ups",
            "districts",
            "officials",
            "posts",
            "documents",
            "statements",
            "metrics",
            "units",
            "stats",
            "series",
            "changes",
            "popolo",
            "me",
        )
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        name: f"pledges.models.choices.{name}"
        for name in (
            *("BodyKind", "Bound", "Direction", "DistrictKind", "DocumentKind"),
            *("Measure", "ReviewState", "Status", "Strength", "Tier"),
        )
    }
    | {
        "Judgement": "pledges.models.follow_up.ASSIGNABLE_STATUSES",
        "PopoloClassification": ["leadership", "department"],
        "Timeliness": ["upcoming", "due_soon", "overdue"],
    },
}

# Where errors are reported to. Without a URL, nothing is sent.
if SENTRY_DSN := env.str("SENTRY_DSN", default=""):
    from config import error_reports

    error_reports.enable(SENTRY_DSN)
