"""One settings file for every environment; variables are read at the top, nonsense is refused.

| variable | meaning | default |
| --- | --- | --- |
| DECOUPLE_SECRET_KEY | signs the learner cookie; needed unless debug is on | none |
| DECOUPLE_DEBUG | yes or no | no |
| DECOUPLE_HOSTS | host names the site answers to, with commas | localhost,127.0.0.1,[::1] |
| DECOUPLE_HTTPS | yes when the site is reached by https: secure cookies, HSTS, redirect | no |
| DECOUPLE_ORIGIN | the address people see, for sitemaps and cards | http://127.0.0.1:8000 |
| DECOUPLE_DATA | the folder of the SQLite file and the collected static files | var/ |
| DECOUPLE_CONTENT | the folder of the course | content/ |
| DATABASE_URL | another database, such as postgres://... | SQLite in DECOUPLE_DATA |
"""

import os
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
CONTENT_DIR = Path(os.environ.get("DECOUPLE_CONTENT", BASE_DIR / "content"))


def yes_or_no(name: str, default: bool) -> bool:
    """A variable that says yes or no. Raises ImproperlyConfigured for any third word."""
    word = os.environ.get(name, "yes" if default else "no").strip().lower()
    if word not in ("yes", "no"):
        raise ImproperlyConfigured(f"{name} must be 'yes' or 'no', not {word!r}")
    return word == "yes"


DEBUG = yes_or_no("DECOUPLE_DEBUG", default=False)
HTTPS = yes_or_no("DECOUPLE_HTTPS", default=False)
ORIGIN = os.environ.get("DECOUPLE_ORIGIN", "http://127.0.0.1:8000").rstrip("/")
DATA_DIR = Path(os.environ.get("DECOUPLE_DATA", BASE_DIR / "var"))
DATA_DIR.mkdir(parents=True, exist_ok=True)

SECRET_KEY = os.environ.get("DECOUPLE_SECRET_KEY", "")
if not SECRET_KEY:
    if not DEBUG:
        raise ImproperlyConfigured(
            "DECOUPLE_SECRET_KEY is not set. Give it a long random value "
            "(python -c 'import secrets; print(secrets.token_urlsafe(50))'), or set DECOUPLE_DEBUG=yes."
        )
    SECRET_KEY = "only-for-debugging-" + "x" * 50

_HOSTS = os.environ.get("DECOUPLE_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
ALLOWED_HOSTS = [host.strip() for host in _HOSTS]
CSRF_TRUSTED_ORIGINS = [ORIGIN] if HTTPS else []

INSTALLED_APPS = [
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "studyapp.progress",
    "studyapp.pages",
    "studyapp.quizzes",
    "studyapp.simulator",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "studyapp.pages.guard.isolate",
    # After the headers, so that refusals carry them; before anything that reads the request's body.
    "studyapp.pages.guard.refuse_early",
    # After the headers, so that static files carry them too.
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Personal pages; public ones are compressed once by studyapp.front.
    "studyapp.pages.guard.compress_personal",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "studyapp.pages.languages.speak",
    "studyapp.pages.days.count_days_there",
]

ROOT_URLCONF = "studyapp.urls"
WSGI_APPLICATION = "studyapp.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "studyapp.pages.frame.frame",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader"],
                )
            ]
            if not DEBUG
            else ["django.template.loaders.filesystem.Loader"],
            "builtins": ["studyapp.pages.templatetags.study", "django.templatetags.i18n"],
        },
    }
]

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or f"sqlite:///{DATA_DIR / 'decouple.sqlite3'}",
        conn_max_age=60,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # An acknowledged write is never lost: WAL with synchronous=FULL. IMMEDIATE avoids "database is
    # locked" when a transaction reads before it writes.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 5,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ko", "한국어"), ("vi", "Tiếng Việt")]
LOCALE_PATHS = [BASE_DIR / "studyapp" / "locale"]
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "studyapp.pages.assets.Storage"
        if not DEBUG
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_MAX_AGE = 60 * 60

CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "studyapp.pages.errors.csrf_failure"
LEARNER_COOKIE = "learner"
LEARNER_COOKIE_AGE_SECONDS = 60 * 60 * 24 * 365 * 2

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 63_072_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["default"],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    "camera": [],
    "microphone": [],
    "geolocation": [],
    "payment": [],
    "usb": [],
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "studyapp.pages.logs.JsonLines"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        "django.security": {"handlers": ["console"], "level": "ERROR", "propagate": False},
    },
}
