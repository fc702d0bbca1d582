"""Every setting of Colonnade, read from the environment; each default works on a laptop.

`colonnade up` starts the embedded parts and names them to its children. A command started by hand beside it
(`colonnade shell`) finds the same parts through COLONNADE_HOME/environment.json.
"""

import hashlib
import hmac
import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import environ

PACKAGE = Path(__file__).resolve().parent
HOME = Path(os.environ.get("COLONNADE_HOME", ".colonnade")).resolve()


def _environment() -> dict[str, str]:
    """What the shell says, over what a running `colonnade up` wrote down."""
    written = HOME / "environment.json"
    try:
        running = json.loads(written.read_text())
    except (OSError, ValueError):  # nothing runs here, or it is not ours to read
        running = {}
    return {**running, **os.environ}


env = environ.Env()
env.ENVIRON = _environment()

# --- Security -----------------------------------------------------------------------------------------------------
# `up` makes a key of its own and keeps it 0600. Without one, only commands that need no secret work (check, encode).
SECRET_KEY = env.str("SECRET_KEY", default="")
HAS_SECRET = bool(SECRET_KEY)
if not HAS_SECRET:
    SECRET_KEY = "no-secret-" + os.urandom(32).hex()  # good for this process alone
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])  # former keys, while sessions signed by them live
DEBUG = env.bool("DEBUG", default=False)  # pages never show tracebacks unless asked to


def derived_key(purpose: str) -> bytes:
    """32 bytes for one purpose, so that no two uses share a key and one secret is enough to keep."""
    return hmac.new(SECRET_KEY.encode(), purpose.encode(), hashlib.sha256).digest()


# --- Addresses ----------------------------------------------------------------------------------------------------
HOST = env.str("HOST", default="127.0.0.1")  # loopback: nothing is offered to a network unasked
PORT = env.int("PORT", default=8000)
PLATFORM_HOST = env.str("PLATFORM_HOST", default="localhost").lower()  # schools are <name>.<PLATFORM_HOST>
TLS = env.bool("TLS", default=False)  # whether people reach us by https (a proxy in front ends it)
PUBLIC_PORT = env.int("PUBLIC_PORT", default=PORT if not TLS else 443)  # the port people see in the address bar
ALLOWED_HOSTS = ["*"]  # TenantMiddleware is stricter: a host that is no school's gets 404 before any view
# How many proxies of ours stand in front: that many entries of X-Forwarded-For are true, the rest anybody's words.
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
PLATFORM_NAME = env.str("PLATFORM_NAME", default="Colonnade")
EMBEDDED = env.bool("COLONNADE_EMBEDDED", default=False)  # set by `up`: the parts are its own

# --- Application --------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "colonnade.accounts",  # before allauth: its templates win
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",  # FORM_RENDERER looks for Django's own widgets among the apps' templates
    "django.contrib.humanize",  # allauth's session list
    "django_vite",
    "django_htmx",
    "csp",
    "ninja",  # its bundled API page, so that none is loaded from a third party
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "procrastinate.contrib.django",
    "colonnade.audit",
    "colonnade.tenants",
    "colonnade.videos",
    "colonnade.courses",
    "colonnade.archives",
    "colonnade.enrollment",
    "colonnade.learning",
    "colonnade.quizzes",
    "colonnade.pages",
    "colonnade.analytics",
    "colonnade.ops",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "colonnade.ops.health.HealthMiddleware",  # answers on any host, with no tenant
    "colonnade.lib.problems.ProblemMiddleware",
    "colonnade.tenants.middleware.TenantMiddleware",  # host → tenant, opens the scope; all below runs in it
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",  # closed unless a view says otherwise
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "colonnade.urls"  # a school's host; TenantMiddleware sets PLATFORM_URLCONF on the platform's
PLATFORM_URLCONF = "colonnade.platform_urls"
WSGI_APPLICATION = "colonnade.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates", PACKAGE / "courses" / "kinds"],  # a kind of lecture has its templates with it
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "colonnade.tenants.context.school",
            ],
            "builtins": ["colonnade.lib.components"],  # a faster {% include %} of components
            "libraries": {"icons": "colonnade.lib.icons"},  # lib is no app, so its tags are named here
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # fields wear templates/django/forms/

# --- Database -----------------------------------------------------------------------------------------------------
# Three roles of one database. DATABASE_URL is the owner's: it migrates and may create the other two, whose
# passwords derive from SECRET_KEY unless their URLs are given. Web and worker use only `default` and `platform`.
DATABASE_URL = env.str("DATABASE_URL", default="postgres://colonnade@127.0.0.1:5432/colonnade")
_database = urlsplit(DATABASE_URL)
DATABASE_NAME = _database.path.lstrip("/")


def _role_url(role: str) -> str:
    password = derived_key(f"database role {role}").hex()
    host = _database.netloc.rpartition("@")[2]
    return str(_database._replace(netloc=f"{quote(role)}:{password}@{host}").geturl())


def _database_settings(url: str) -> dict[str, Any]:
    settings: dict[str, Any] = {
        **env.db_url_config(url),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,  # a restarted PostgreSQL costs one request a reconnect, not an error
        "DISABLE_SERVER_SIDE_CURSORS": True,  # they would outlive the tenant's transaction behind pgbouncer
    }
    settings["OPTIONS"] = {**settings.get("OPTIONS", {}), "connect_timeout": 5, "application_name": "colonnade"}
    return settings


DATABASES = {
    "default": _database_settings(env.str("DATABASE_APP_URL", default=_role_url(f"{DATABASE_NAME}_app"))),
    "platform": _database_settings(env.str("DATABASE_PLATFORM_URL", default=_role_url(f"{DATABASE_NAME}_platform"))),
    "owner": _database_settings(DATABASE_URL),
}
DATABASES["default"]["ATOMIC_REQUESTS"] = True  # a view that fails takes its writes back; the scope is around it
DATABASE_ROUTERS = ["colonnade.lib.tenancy.OwnerMigrates"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"  # for libraries' tables; ours have UUIDv7

# --- Cache and rate limits ----------------------------------------------------------------------------------------
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "colonnade.lib.cache.Cache",
        "LOCATION": REDIS_URL,
        "KEY_FUNCTION": "colonnade.lib.tenancy.cache_key",  # no school can name another's entry
        "TIMEOUT": 3600,
    }
}

# --- Public pages -------------------------------------------------------------------------------------------------
# Kept in each web process by the outer cache. A change shows within a second whatever these say: they bound what no
# deed announces, and are the roadmap's.
LANDING_PAGE_TTL = timedelta(seconds=env.int("LANDING_PAGE_TTL", default=24 * 60 * 60))
COURSE_PAGE_TTL = timedelta(seconds=env.int("COURSE_PAGE_TTL", default=30 * 60))
PUBLIC_CACHE_PAGES = env.int("PUBLIC_CACHE_PAGES", default=5_000)  # a page with its packed copy is some 30 kB …
PUBLIC_CACHE_BYTES = env.int("PUBLIC_CACHE_BYTES", default=64 * 1024 * 1024)  # … so bytes are the limit in practice

# --- Objects (S3) -------------------------------------------------------------------------------------------------
S3_ENDPOINT_URL = env.str("S3_ENDPOINT_URL", default="")  # empty: AWS itself
S3_PUBLIC_URL = env.str("S3_PUBLIC_URL", default=S3_ENDPOINT_URL)  # the address browsers use for presigned uploads
S3_ACCESS_KEY_ID = env.str("S3_ACCESS_KEY_ID", default="")
S3_SECRET_ACCESS_KEY = env.str("S3_SECRET_ACCESS_KEY", default="")
S3_REGION = env.str("S3_REGION", default="us-east-1")
S3_UPLOADS_BUCKET = env.str("S3_UPLOADS_BUCKET", default="uploads")  # originals: private, written by browsers
S3_MEDIA_BUCKET = env.str("S3_MEDIA_BUCKET", default="media")  # what is played and shown: written by us only
# Which catalogue of storage classes the store has: s3, r2, or none; see videos/tiers.py.
_store_host = urlsplit(S3_ENDPOINT_URL).hostname or ""
_known_store = "r2" if _store_host.endswith(".r2.cloudflarestorage.com") else "" if S3_ENDPOINT_URL else "s3"
S3_STORAGE_CLASSES = env.str("S3_STORAGE_CLASSES", default=_known_store)
S3_ARCHIVE_CLASS = env.str("S3_ARCHIVE_CLASS", default="GLACIER_IR")
S3_RESTORE_SPEED = env.str("S3_RESTORE_SPEED", default="Standard")  # or Expedited, or Bulk
# Whether the app sends players on to the store for each segment, or reads it for them. Sending on costs the signature
# and no more, but needs a store that the viewers' browsers reach: docs/adr/0007-segments-by-redirect.md.
_store_is_here = urlsplit(S3_PUBLIC_URL).hostname in ("127.0.0.1", "localhost", "::1")
PLAYBACK_REDIRECTS = env.bool("PLAYBACK_REDIRECTS", default=PLATFORM_HOST == "localhost" or not _store_is_here)
VIDEO_AV1 = env.bool("VIDEO_AV1", default=False)  # all sizes in AV1 as well: docs/performance.md
# Pages that may play from the store: the schools', and those of S3_CORS_ORIGINS (own domains, a test's port).
_port = "" if (443 if TLS else 80) == PUBLIC_PORT else f":{PUBLIC_PORT}"
SCHOOL_ORIGINS = [f"{'https' if TLS else 'http'}://*.{PLATFORM_HOST}{_port}", *env.list("S3_CORS_ORIGINS", default=[])]
STREAMS_PER_STUDENT = env.int("STREAMS_PER_STUDENT", default=3)  # devices that play at the same time; 0: any number

# --- Jobs ---------------------------------------------------------------------------------------------------------
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
JOB_MODULES = env.list("JOB_MODULES", default=[])  # more modules with jobs, of an installation's own
PROCRASTINATE_ON_APP_READY = "colonnade.lib.jobs.on_app_ready"
VIDEO_MAX_BYTES = env.int("VIDEO_MAX_GB", default=20) * 1024**3  # of one upload
VIDEO_WORK = Path(env.str("VIDEO_WORK", default=str(HOME / "work")))  # where encodings lie until they are stored
VIDEO_CONCURRENCY = env.int("VIDEO_CONCURRENCY", default=1)  # FFmpeg fills the cores by itself

# --- Mail ---------------------------------------------------------------------------------------------------------
# Every mail is first a row in the sender's transaction; with EMAIL_URL a job delivers it, without one it stays to be
# read in the development inbox.
EMAIL_URL = env.str("EMAIL_URL", default="")
EMAIL_BACKEND = "colonnade.ops.mail.OutboxBackend"
if EMAIL_URL:
    _email = env.email_url_config(EMAIL_URL)
    DELIVERY_BACKEND = _email.pop("EMAIL_BACKEND")
    globals().update({name: value for name, value in _email.items() if name != "EMAIL_FILE_PATH"})
else:
    DELIVERY_BACKEND = ""
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"{PLATFORM_NAME} <no-reply@{PLATFORM_HOST}>")

# --- People -------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SILENCED_SYSTEM_CHECKS = [
    "auth.E003",  # an address is unique within a school, not over all
    "auth.W004",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "colonnade.accounts.adapter.SchoolAccountAdapter"
ACCOUNT_FORMS = {
    "signup": "colonnade.accounts.forms.SignupForm",
    "login": "colonnade.accounts.forms.LoginForm",
}
OPEN_SIGNUP = env.bool("OPEN_SIGNUP", default=True)  # whether strangers may become creators; schools take students
# How many schools a creator may open: each takes a name for good, and a name is the first thing a squatter wants.
SCHOOLS_PER_CREATOR = env.int("SCHOOLS_PER_CREATOR", default=5)
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "optional"  # mail waits for nobody; confirming is asked for on the dashboard
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = False  # a link works from any device
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600  # mail can take minutes; three wrong tries end it anyway
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a changed password or second factor is told to the address of the account
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_CONFIRM_EMAIL_ON_GET = False  # mail scanners open links
ACCOUNT_SESSION_REMEMBER = True
# Reset and sign-in by code do not tell who is here. Sign-up has to: it lets in at once, so a taken address is refused.
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CHANGE_EMAIL = True  # one address a person; a new one takes its place once it is confirmed
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if TLS else "http"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/300s/key",
    "signup": "20/m/ip",
    "reset_password": "20/m/ip,5/m/key",
    "request_login_code": "20/m/ip,3/m/key",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_TOTP_ISSUER = PLATFORM_NAME
MFA_TOTP_TOLERANCE = 1  # phones whose clock is half a minute off
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not TLS  # browsers allow passkeys on *.localhost without TLS
MFA_FORMS = {
    "add_webauthn": "colonnade.accounts.passkeys.AddPasskey",
    "authenticate_webauthn": "colonnade.accounts.passkeys.AuthenticateByPasskey",
    "login_webauthn": "colonnade.accounts.passkeys.SignInByPasskey",
    "reauthenticate_webauthn": "colonnade.accounts.passkeys.ReauthenticateByPasskey",
}
MFA_ADAPTER = "colonnade.accounts.adapter.SchoolMFAAdapter"
USERSESSIONS_TRACK_ACTIVITY = False  # one write a request is too dear; the list shows the sign-in

# --- Sessions, cookies, headers -----------------------------------------------------------------------------------
SESSION_ENGINE = "colonnade.accounts.sessions"  # rows of a school, under its policy
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TLS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
# No SESSION_COOKIE_DOMAIN: cookies are of one host, so that no school's page can plant or read another's.
SECURE_HSTS_SECONDS = 31536000 if TLS else 0
SECURE_SSL_REDIRECT = False  # the proxy in front does it
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TLS else None
CSRF_FAILURE_VIEW = "colonnade.lib.problems.csrf_failure"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
_store = "{0.scheme}://{0.netloc}".format(urlsplit(S3_PUBLIC_URL)) if S3_PUBLIC_URL else "https://*.amazonaws.com"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'", "'unsafe-inline'"],  # media-chrome styles its shadow trees so
        "img-src": ["'self'", "data:", "blob:"],
        "media-src": ["'self'", "blob:", _store],  # hls.js plays from blobs, Safari from the addresses
        "connect-src": ["'self'", _store],  # the uploader and the player talk to the store themselves
        "worker-src": ["'self'", "blob:"],
        "font-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
WEB_TURNS = env.int("WEB_TURNS", default=2)  # requests worked on at once, a process: one computes while one waits
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000  # bodies of forms and JSON; videos go to the store, never through here
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

# --- Static files -------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "static"]
WHITENOISE_USE_FINDERS = True  # served from the package: there is no collectstatic step to forget
WHITENOISE_AUTOREFRESH = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"/static/dist/.*-[0-9A-Za-z_-]{8}\.\w+$"  # Vite's hashed names never change
DJANGO_VITE = {
    "default": {"manifest_path": PACKAGE / "static" / "dist" / "manifest.json", "static_url_prefix": "dist"},
}

# --- Language, time, logs -----------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django.request": {"level": "ERROR"},  # a 404 is not news
        "procrastinate": {"level": "WARNING"},
        "botocore": {"level": "WARNING"},
        "smart_open": {"level": "WARNING"},
    },
}
