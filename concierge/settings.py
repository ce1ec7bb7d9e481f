"""Every setting, from the environment. A bad value stops the process and names its variable.

docs/settings.md explains each variable to whoever runs the product; a test holds it complete.
"""

import sys
from decimal import Decimal
from pathlib import Path

import dj_database_url
from environs import Env, ValidationError, validate
from environs.exceptions import EnvError

from concierge import stack
from concierge.limits import rates
from concierge.patience import STATEMENT_SECONDS, PatientConnection
from concierge.telemetry.logs import logging_settings
from concierge.version import __version__
from properties import public_address
from properties.public_address import PublicAddress

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()


def _public_address(url: str) -> PublicAddress:
    try:
        return public_address.parse(url)
    except ValueError as error:
        raise ValidationError(str(error)) from None


env.add_parser("public_address", _public_address)
env.add_parser("limits", rates.limits)
env.add_parser("rate", rates.rate)

try:
    # --- Where it runs -----------------------------------------------------------------
    VAR_DIR = Path(env.str("VAR_DIR", str(BASE_DIR / "var"))).resolve()
    HOST = env.str("HOST", "127.0.0.1").strip("[]")
    PORT = env.int("PORT", 8000, validate=validate.Range(min=1, max=65535))
    PUBLIC_ADDRESS = env.public_address("PUBLIC_URL", public_address.listening_on(HOST, PORT).url)
    FORWARDED_ALLOW_IPS = env.str("FORWARDED_ALLOW_IPS", "127.0.0.1,::1,::ffff:127.0.0.1")
    DEBUG = env.bool("DEBUG", False)
    SECRET_KEY = env.str("SECRET_KEY", None) or stack.secret_key(VAR_DIR)
    ALLOWED_HOSTS = [
        *map(public_address.bracketed, env.list("ALLOWED_HOSTS", [HOST, PUBLIC_ADDRESS.host])),
        # Health checks come from the machine itself.
        *("localhost", "127.0.0.1", "[::1]"),
    ]
    LOG_LEVEL = env.str(
        "LOG_LEVEL", "INFO", validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"])
    )
    LOG_FORMAT = env.str("LOG_FORMAT", "line", validate=validate.OneOf(["line", "json"]))
    METRICS_TOKEN = env.str("METRICS_TOKEN", "")

    # --- Its neighbours: by URL, or embedded under VAR_DIR -----------------------------
    _embedded = stack.addresses(VAR_DIR)
    DATABASE_URL = env.str("DATABASE_URL", None) or _embedded.database_url
    REDIS_URL = env.str("REDIS_URL", None) or _embedded.redis_url
    ENGINE_SOCKET = _embedded.sockets / "engine.sock"

    # --- The models --------------------------------------------------------------------
    _an_embedder = validate.Regexp(
        r"^(taught|sentence-transformers:.+)$",
        error="Must be taught or sentence-transformers:NAME.",
    )
    EMBEDDER = env.str("EMBEDDER", "taught", validate=_an_embedder)
    LLM_BACKEND = env.str(
        "LLM_BACKEND", "local", validate=validate.OneOf(["local", "engine", "openai", "dummy"])
    )
    READER = env.str("READER", "taught", validate=validate.OneOf(["taught", "none"]))
    # Not before a model is shown to be as right as the staff's own words (docs/local-model.md).
    LOCAL_ANSWERS = env.bool("LOCAL_ANSWERS", False)
    LLM_PROCESS = env.str("LLM_PROCESS", "own", validate=validate.OneOf(["own", "web"]))
    ENGINE_IS_OWN = LLM_BACKEND == "local" and LLM_PROCESS == "own"
    OPENAI_BASE_URL = env.str("OPENAI_BASE_URL", "")
    OPENAI_API_KEY = env.str("OPENAI_API_KEY", "")
    OPENAI_MODEL = env.str("OPENAI_MODEL", "")
    _a_price = validate.Range(min=Decimal(0))
    OPENAI_PRICE_PROMPT = env.decimal("OPENAI_PRICE_PROMPT", Decimal(0), validate=_a_price)
    OPENAI_PRICE_COMPLETION = env.decimal("OPENAI_PRICE_COMPLETION", Decimal(0), validate=_a_price)
    OPENAI_CONCURRENCY = env.int("OPENAI_CONCURRENCY", 8, validate=validate.Range(min=1))
    if bool(OPENAI_BASE_URL) != bool(OPENAI_MODEL):
        raise EnvError("OPENAI_BASE_URL and OPENAI_MODEL are set together or not at all.")
    if LLM_BACKEND == "openai" and not (OPENAI_BASE_URL and OPENAI_MODEL):
        raise EnvError("LLM_BACKEND=openai needs OPENAI_BASE_URL and OPENAI_MODEL.")

    # --- What is kept of the guests, in seconds -----------------------------------------
    _seconds = validate.Range(min=1)
    MEMORY_TTL = env.int("MEMORY_TTL", 12 * 3600, validate=_seconds)
    CACHE_TTL = env.int("CACHE_TTL", 7 * 24 * 3600, validate=_seconds)

    # --- What is kept of what staff write, in days ---------------------------------------
    # What was deleted can be brought back for a month, whatever is set.
    HISTORY_DAYS = env.int("HISTORY_DAYS", 365, validate=validate.Range(min=30))

    # --- The doors ---------------------------------------------------------------------
    # An address comes last and is generous: the guests of a whole hotel share one.
    _of_guests = ("conversation", "code", "address")
    LIMITS: dict[str, rates.Limits] = {
        "page": env.limits("PAGE_LIMITS", "code=120/min,address=1200/min", sources=_of_guests[1:]),
        "socket": env.limits(
            "SOCKET_LIMITS", "conversation=60/min,code=300/min,address=3000/min", sources=_of_guests
        ),
        "question": env.limits(
            "QUESTION_LIMITS",
            "conversation=20/min,code=300/min,address=3000/min",
            sources=_of_guests,
        ),
        "handoff": env.limits(
            "HANDOFF_LIMITS",
            "conversation=10/hour,code=30/hour,address=300/hour",
            sources=_of_guests,
        ),
        "alarm": env.limits(
            "ALARM_LIMITS", "conversation=3/hour,code=3/hour,address=10/hour", sources=_of_guests
        ),
        "login": env.limits(
            "LOGIN_LIMITS", "name=10/hour,address=100/hour", sources=("name", "address")
        ),
        "ask": {"address": env.rate("ASK_RATE", "600/min")},
    }
except EnvError as error:
    sys.exit(f"concierge: {error}")

CONNECTIONS = 24
"""To Postgres, in each process: more than its threads.py uses, for the staff's pages."""
_database = dj_database_url.parse(DATABASE_URL)
DATABASES = {
    "default": {
        **_database,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **_database.get("OPTIONS", {}),
            # Questions are searched in threads that come and go: connections outlive them here.
            # Reconnecting backs off, so after seconds it begins anew: Postgres may be back.
            "pool": {
                "min_size": 1,
                "max_size": CONNECTIONS,
                "timeout": 5,
                "reconnect_timeout": 5,
                "connection_class": PatientConnection,
            },
            "connect_timeout": 5,
            # A tenant's rows are few among many: a filtered HNSW scan must go on until it has
            # enough of them. JIT costs more than any of our queries. A statement that nobody waits
            # for any more ends.
            "options": "-c hnsw.iterative_scan=strict_order -c jit=off "
            f"-c statement_timeout={STATEMENT_SECONDS}s -c client_connection_check_interval=1s",
        },
    }
}
# Triggers follow the models at each `migrate`; no app carries them in its migrations.
PGTRIGGER_MIGRATIONS = False
PGTRIGGER_INSTALL_ON_MIGRATE = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "concierge.admin_apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "pgtrigger",
    "properties",
    "retrieval",
    "llm",
    "menus",
    "faq",
    "recommendations",
    "concierge",
    "concierge.chat",
    "concierge.api",
    "concierge.history",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "concierge.staff_locale.StaffLocaleMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "concierge.urls"
ASGI_APPLICATION = "concierge.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "en"
# Of the staff's pages; guests write whatever they like.
LANGUAGES = [
    ("de", "Deutsch"),
    ("en", "English"),
    ("es", "Español"),
    ("fr", "Français"),
    ("it", "Italiano"),
]
FORMAT_MODULE_PATH = ["concierge.formats"]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

# Under the path of PUBLIC_URL, if it has one: concierge/under_path.py.
FORCE_SCRIPT_NAME = PUBLIC_ADDRESS.path or None
STATIC_URL = f"{PUBLIC_ADDRESS.path}/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Served straight from the source tree: no collectstatic between a clone and its first page.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_URL = f"{PUBLIC_ADDRESS.path}/media/"
MEDIA_ROOT = VAR_DIR / "media"

# --- Security ------------------------------------------------------------------------------
_https = PUBLIC_ADDRESS.scheme == "https"
CSRF_TRUSTED_ORIGINS = [PUBLIC_ADDRESS.origin]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _https
# What else stands under the same host name does not get them.
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = LANGUAGE_COOKIE_PATH = f"{PUBLIC_ADDRESS.path}/"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600  # a member of staff chose it; it holds in that browser
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ("/admin/", "/api/"),
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    },
}

# --- Celery: the way of one edit -------------------------------------------------------------
CELERY_BROKER_URL = stack.broker_url(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Tasks are idempotent and short, so a killed worker's message may come back soon.
    "visibility_timeout": 60,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    # A frozen Redis must not hang the request that only wanted to nudge the worker.
    "socket_timeout": 2,
    "socket_connect_timeout": 1,
    "max_retries": 0,
}
# A task that waited for as long as until the next one of its kind has nothing left to do.
CELERY_BEAT_SCHEDULE = {
    name: {"task": task, "schedule": every, "options": {"expires": every}}
    for name, task, every in (
        ("sweep-the-outbox", "retrieval.tasks.embed_pending", 10.0),
        ("find-what-was-missed", "retrieval.tasks.embed_missed", 60.0),
        ("forget-old-answers", "retrieval.tasks.forget_old_answers", 3600.0),
        ("forget-erasures", "concierge.chat.tasks.forget_erasures", 24 * 3600.0),
        ("forget-old-changes", "concierge.history.tasks.forget_old_changes", 3600.0),
        ("tidy-photos", "concierge.history.tasks.tidy_photos", 3600.0),
    )
}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")

# --- Retrieval and models --------------------------------------------------------------------
LLM_BACKENDS: dict[str, dict[str, object]] = {
    "local": {"CLASS": "llm.backends.local.LocalBackend", "MODELS_DIR": VAR_DIR / "models"},
    # The one called local, served by a process of its own.
    "engine": {"CLASS": "llm.backends.remote.RemoteBackend", "SOCKET": ENGINE_SOCKET},
    "dummy": {"CLASS": "llm.backends.dummy.DummyBackend"},
}
if OPENAI_BASE_URL:
    LLM_BACKENDS["openai"] = {
        "CLASS": "llm.backends.openai.OpenAIBackend",
        "BASE_URL": OPENAI_BASE_URL,
        "API_KEY": OPENAI_API_KEY,
        "MODEL": OPENAI_MODEL,
    }

# --- API -------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "URL_FORMAT_OVERRIDE": None,  # what a client wants stands in Accept
    "UNAUTHENTICATED_USER": None,
    "EXCEPTION_HANDLER": "concierge.api.errors.exception_handler",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Concierge",
    "DESCRIPTION": "Ask a property a question and get a grounded answer with its sources.",
    "VERSION": __version__,
    "SERVERS": [{"url": PUBLIC_ADDRESS.url}],
    "OAS_VERSION": "3.1.0",  # 3.0 cannot say that an object may be null
    "SERVE_INCLUDE_SCHEMA": False,
}

# --- Admin -----------------------------------------------------------------------------------
ROWS_IN_A_LIST = 200  # that can be shown, and so sent, at once
CELLS_IN_A_ROW = 3  # that can be edited in a list; properties/admin_lists.py checks both
# A row sends its key, and of each cell the value, what was shown and what was decided.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 100 + ROWS_IN_A_LIST * (1 + 3 * CELLS_IN_A_ROW)
UNFOLD = {
    "SITE_TITLE": "Concierge",
    "SITE_HEADER": "Concierge",
    "SITE_SYMBOL": "concierge",
    "SITE_URL": f"{PUBLIC_ADDRESS.path}/",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": f"{STATIC_URL}favicon.svg"}],
    "SIDEBAR": {"navigation": "concierge.navigation.sidebar"},
    "SHOW_LANGUAGES": True,
    "COLORS": {
        # The green of the guests' chat.
        "primary": {
            "50": "oklch(97.9% .021 166.1)",
            "100": "oklch(95% .052 163.1)",
            "200": "oklch(90.5% .093 164.2)",
            "300": "oklch(84.5% .13 164.9)",
            "400": "oklch(71% .11 165.5)",
            "500": "oklch(58% .095 165.7)",
            "600": "oklch(43.5% .07 166.5)",
            "700": "oklch(39% .065 166.9)",
            "800": "oklch(34% .055 167.5)",
            "900": "oklch(30% .05 168.9)",
            "950": "oklch(22% .04 172.5)",
        },
    },
}
LOGIN_REDIRECT_URL = "admin:index"

LOGGING = logging_settings(LOG_LEVEL, LOG_FORMAT)
