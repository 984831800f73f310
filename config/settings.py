"""Every setting, for every machine.

Unset, the variables below give a complete site on embedded PostgreSQL and Valkey:
enough for a laptop, for a team behind its own door, and for the tests. Production
sets `SECRET_KEY`, and must then set the others of `env.REQUIRED_IN_PRODUCTION`.
"""

from pathlib import Path
from urllib.parse import urlsplit

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from config import embedded, env, hosts

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var"))).resolve()

# --- Where it runs ------------------------------------------------------------

PRODUCTION = env.require_all_or_none()
DEBUG = env.flag("DEBUG", default=False)
THROWAWAY = env.flag("THROWAWAY", default=False) and not PRODUCTION  # for tests
SITE_URL = env.text("SITE_URL", f"http://127.0.0.1:{env.text('PORT', '8000')}")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or [
    *("localhost", "127.0.0.1", "[::1]"),
    *hosts.names(env.text("HOST", "localhost")),
]
SECRET_KEY = env.text("SECRET_KEY") or env.local_secret(VAR_DIR)
DATABASES = {
    "default": env.database(env.text("DATABASE_URL") or embedded.database(VAR_DIR))
}
REDIS_URL = env.redis(env.text("REDIS_URL") or embedded.broker(VAR_DIR))
WSGI_APPLICATION = "config.wsgi.application"
ROOT_URLCONF = "config.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "config.cache.ForgivingCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "zhaji",
    }
}

# --- What it is made of -------------------------------------------------------

INSTALLED_APPS = [
    "kb",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "markdownx",
    "pghistory",
    "pgtrigger",
    "taggit",
    "template_partials",
    "treebeard",
]
MIDDLEWARE = [
    "kb.web.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "kb.web.members.MemberMiddleware",
    "kb.web.doors.ReadingMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kb.web.second_factor.SecondFactorMiddleware",
    "pghistory.middleware.HistoryMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kb.web.members.site",
                "kb.web.inbox.unread",
            ]
        },
    }
]
# Our templates may then replace those of form widgets.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Security -----------------------------------------------------------------

OVER_HTTPS = SITE_URL.startswith("https://")
SECURE_SSL_REDIRECT = OVER_HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if OVER_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = OVER_HTTPS
SECURE_HSTS_PRELOAD = OVER_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
if env.flag("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # limits count the client, not the proxy
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = OVER_HTTPS
# Read from the cache, and from the database where the cache has not got it.
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_NAME = "__Host-session" if OVER_HTTPS else "zhaji_session"
CSRF_COOKIE_NAME = "__Host-csrf" if OVER_HTTPS else "zhaji_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [f"{urlsplit(SITE_URL).scheme}://{urlsplit(SITE_URL).netloc}"]
CSRF_FAILURE_VIEW = "kb.web.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024  # a pasted list of 5 MB, and its form

# --- People -------------------------------------------------------------------

READABLE_BY = env.choice("READABLE_BY", ("members", "everyone"))
# What waits in the inbox for a curator: nothing, what members add, or imports as well.
REVIEW = env.choice("REVIEW", ("none", "suggestions", "all"))
AUTHENTICATION_BACKENDS = ["kb.web.accounts.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
if THROWAWAY:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = reverse_lazy("kb:home")
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600  # seconds; invitations live as long
# Who must log in with a code of an authenticator app as well; everybody may.
TWO_FACTOR = env.choice("TWO_FACTOR", ("optional", "curators", "everyone"))
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Zhaji"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an invitation went to the address already
ACCOUNT_ADAPTER = "kb.web.accounts.Adapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation went to the address already
ACCOUNT_LOGOUT_REDIRECT_URL = reverse_lazy("account_login")
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Zhaji] "
vars().update(env.email(env.text("EMAIL_URL")))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("DEFAULT_FROM_EMAIL", "zhaji@localhost")

# --- Languages and time -------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "kb" / "locale"]
TIME_ZONE = env.text("TIME_ZONE", "UTC")

# --- Files --------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static" if PRODUCTION else None
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "config.storage.HashedStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION  # nothing to collect on a laptop
WHITENOISE_AUTOREFRESH = THROWAWAY  # do not look through all files for each test

# --- Jobs ---------------------------------------------------------------------

CELERY_BROKER_URL = env.celery(REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_DEFAULT_QUEUE = "celery"
CELERY_TASK_ROUTES = {
    f"kb.tasks.{name}": {"queue": "arxiv"}
    for name in ("refresh_due_papers", "harvest_due")
}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_LOST_WAIT = 1.0  # seconds until the job of a killed process is done again
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Periods in seconds. These messages only make somebody look: what is due and who does
# it stands in the database, so a second beat, or none for a while, does no harm. One
# that nobody took until the next comes is dropped: a worker that was away finds one.
CELERY_BEAT_SCHEDULE = {
    name.replace("_", "-"): {
        "task": f"kb.tasks.{name}",
        "schedule": period,
        "options": {"expires": period},
    }
    for name, period in {
        "refresh_due_papers": 5.0,  # a paper just added is waited for; idle: 3 queries
        "harvest_due": 60.0,  # due once a night; then its messages follow each other
        "import_sent_lists": 30.0,  # sent for when asked; idle: a query
        "undo_runs": 30.0,  # the same
        "edit_many": 30.0,  # the same
        "sync_lists": 300.0,  # people pull and push by hand; idle: reads each file
        "make_due_digests": 300.0,  # due at eight in the morning, or on Monday
        "send_due_mails": 60.0,  # what failed waits longer by itself
        "check_links": 60.0,  # one address of each of twenty sites
        "tick": 60.0,  # what the health page looks for
        "keep_order": 3600.0,  # what it mends took three days, or one, to go wrong
        "prune_changes": 24 * 3600.0,  # kept for a week
        "prune_mails": 24 * 3600.0,
        "purge_bin": 24 * 3600.0,
        "prune_requests": 24 * 3600.0,  # kept for a month
    }.items()
}

# --- The library --------------------------------------------------------------

SEARCH_DIR = VAR_DIR / "search"  # derived from the database, at any time
ARXIV_ENABLED = env.flag("ARXIV_ENABLED", default=True)
ARXIV_API_URL = env.text("ARXIV_API_URL", "https://export.arxiv.org/api/query")
ARXIV_OAI_URL = env.text("ARXIV_OAI_URL", "https://oaipmh.arxiv.org/oai")
ARXIV_CONTACT = env.text("ARXIV_CONTACT")
# arXiv's terms: one request every three seconds. Tests and benches may be faster, with
# a stand-in for arXiv on this machine; with any other address 3 is the least.
ARXIV_SPACING_SECONDS = env.number(
    "ARXIV_SPACING_SECONDS",
    3.1,
    least=0.0 if hosts.local(ARXIV_API_URL, ARXIV_OAI_URL) else 3.0,
)
ARXIV_TIMEOUT_SECONDS = env.number("ARXIV_TIMEOUT_SECONDS", 14.0)
# A page holds a thousand records and more.
ARXIV_OAI_TIMEOUT_SECONDS = env.number("ARXIV_OAI_TIMEOUT_SECONDS", 60.0)
ARXIV_HARVEST = ARXIV_ENABLED and env.flag("ARXIV_HARVEST", default=True)
ARXIV_SETS = env.words("ARXIV_SETS") or [""]  # such as cs, stat; "" is everything
# Whether what people give the address of is fetched; arXiv has its own switch.
FETCH_ENABLED = env.flag("FETCH_ENABLED", default=True)

# Lists that are kept in step with a file in a checkout of Git: NAME=/path/FILE.md, one
# on a line or between semicolons.
SYNC_LISTS = env.pairs("SYNC_LISTS")

MARKDOWNX_MARKDOWNIFY_FUNCTION = "kb.text.markdown.render"
TAGGIT_CASE_INSENSITIVE = True
PGHISTORY_APPEND_ONLY = True
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

# --- Logging ------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        name: {"level": "WARNING"}  # a line for each idle tick would fill the disk
        for name in ("celery.app.trace", "celery.beat", "celery.worker", "httpx2")
    },
}
