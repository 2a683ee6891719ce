"""Every setting of an installation, read from the environment once; docs/operating.md lists them."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url
from csp.constants import NONE, SELF


def _read_flag(name: str, default: str = "") -> bool:
    return os.environ.get(name, default).lower() in {"1", "true", "yes", "on"}


def _read_or_make_key(path: Path) -> str:
    """Read a key from its file, made on first use and readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
    return path.read_text().strip()


PACKAGE = Path(__file__).resolve().parent
DATA = Path(os.environ.get("ALLEARS_DATA", "data")).resolve()
DATA.mkdir(parents=True, exist_ok=True)
FILES = Path(os.environ.get("ALLEARS_FILES", DATA / "files"))

DEBUG = False
SECRET_KEY = os.environ.get("ALLEARS_SECRET_KEY") or _read_or_make_key(DATA / "secret.key")
VAULT_KEYS = os.environ.get("ALLEARS_VAULT_KEYS", "")
VAULT_KEY_FILE = Path(os.environ.get("ALLEARS_VAULT_KEY_FILE", DATA / "vault.key"))

HOST = os.environ.get("HOST", "127.0.0.1")
PORT = int(os.environ.get("PORT", "8000"))
BASE_URL = os.environ.get("ALLEARS_URL", f"http://{HOST}:{PORT}").rstrip("/")
PUBLIC_URL = os.environ.get("ALLEARS_PUBLIC_URL", BASE_URL).rstrip("/")
IS_SECURE = BASE_URL.startswith("https://")
ALLOWED_HOSTS = os.environ.get("ALLEARS_HOSTS", "*").split(",")
CSRF_TRUSTED_ORIGINS = [BASE_URL]
MAY_REACH_PRIVATE_ADDRESSES = _read_flag("ALLEARS_ALLOW_PRIVATE_ADDRESSES")
# Only people on this machine can open it, so what they name on this machine or network is theirs to name.
IS_LOCAL = "ALLEARS_URL" not in os.environ and HOST in {"127.0.0.1", "localhost", "::1"}
PROXIES = int(os.environ.get("ALLEARS_PROXIES", "0"))
WEB_THREADS = int(os.environ.get("ALLEARS_WEB_THREADS", "8"))

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_htmx",
    "allears.foundation.workspaces",
    "allears.foundation.events",
    "allears.foundation.work",
    "allears.foundation.tokens",
    "allears.pipeline.channels",
    "allears.pipeline.intake",
    "allears.pipeline.people",
    "allears.pipeline.conversations",
    "allears.pipeline.replies",
    "allears.pipeline.praise",
    "allears.pipeline.suggesting",
    "allears.public.chat",
    "allears.watch.webhooks",
    "allears.demo",
    "allears.archives",
]
INSTALLED_APPS += [
    f"allears.web.{site}"
    for site in ("ui", "access", "desk", "settings", "api", "widget")
    if (PACKAGE / "web" / site / "__init__.py").exists()
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allears.web.access.middleware.MemberMiddleware",
    "allears.web.access.middleware.LanguageMiddleware",
    "allears.web.access.middleware.ErrorMiddleware",
]
CSRF_FAILURE_VIEW = "allears.web.access.views.errors.forbidden"

ROOT_URLCONF = "allears.urls"
_KEPT = ("django.template.loaders.cached.Loader", ["django.template.loaders.app_directories.Loader"])
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            # What the app template_partials would set up, and with it all of django.contrib.admin.
            "loaders": [("template_partials.loader.Loader", [_KEPT])],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
            ],
            "libraries": {"partials": "template_partials.templatetags.partials"},
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

_SQLITE: dict[str, Any] = {
    "ENGINE": "allears.foundation.sqlite",
    "CONN_MAX_AGE": None,
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32000;"
            "PRAGMA wal_autocheckpoint=4000; PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=ON;"
        ),
    },
}
DATABASE_URL = os.environ.get("DATABASE_URL", "")
DATABASES: dict[str, Any]
if DATABASE_URL:
    DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=None)}
else:
    DATABASES = {
        "default": {**_SQLITE, "NAME": DATA / "allears.db"},
        "intake": {**_SQLITE, "NAME": DATA / "intake.db"},
    }
DATABASE_ROUTERS = ["allears.foundation.sqlite.router.IntakeRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "workspaces.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/desk/"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_SENSITIVE_PARAMETERS = ["email", "username", "ip_address"]
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False
AXES_DISABLE_ACCESS_LOG = True

SESSION_ENGINE = "allears.web.access.session_store"
SESSION_COOKIE_NAME = "allears_session"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_SECURE
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if IS_SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXIES else None
X_FRAME_OPTIONS = "SAMEORIGIN"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
LARGEST_DELIVERY = 40 * 1024 * 1024
API_READS_A_MINUTE = int(os.environ.get("ALLEARS_API_READS", "3000"))
API_WRITES_A_MINUTE = int(os.environ.get("ALLEARS_API_WRITES", "600"))

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ru", "Русский"), ("vi", "Tiếng Việt")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

_SMTP = urlsplit(os.environ.get("ALLEARS_SMTP_URL", ""))
EMAIL_HOST = _SMTP.hostname or ""
EMAIL_PORT = _SMTP.port or (465 if _SMTP.scheme == "smtps" else 587)
EMAIL_HOST_USER = unquote(_SMTP.username or "")
EMAIL_HOST_PASSWORD = unquote(_SMTP.password or "")
EMAIL_USE_SSL = _SMTP.scheme == "smtps"
EMAIL_USE_TLS = _SMTP.scheme == "smtp" and EMAIL_PORT == 587
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("ALLEARS_MAIL_FROM") or EMAIL_HOST_USER or "allears@localhost"

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 3600

LOGGING_CONFIG = None
SILENCED_SYSTEM_CHECKS = ["axes.W002", "axes.W003", "auth.W004"]
