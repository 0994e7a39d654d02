"""The one settings file. What is not an address, a secret or a limit is edited on the desk.

Each variable read here is described in docs/operators/configuration.md; a test compares the two.
"""

from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from commonpress.lib import env

ROOT = Path(__file__).resolve().parent

DATA_DIR = Path(env.text("COMMONPRESS_DATA", "var/data")).resolve()
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_URL = "/static/"

# `commonpress` writes a random key into the data folder at first start and passes it on (verbs/data_folder.py).
SECRET_KEY = env.text("COMMONPRESS_SECRET_KEY")
DEBUG = env.flag("COMMONPRESS_DEBUG", default=False)
# The publication's public address, as in https://paper.example
PUBLIC_URL = env.text("COMMONPRESS_URL", "http://localhost:8000").rstrip("/")
SECURE = PUBLIC_URL.startswith("https://")
ALLOWED_HOSTS = [*env.words("COMMONPRESS_HOSTS", "localhost,127.0.0.1,[::1]"), urlsplit(PUBLIC_URL).hostname or ""]
TRUSTED_PROXIES = env.words("COMMONPRESS_TRUSTED_PROXIES")
# Whose pages may show a discussion of ours in a frame (theme/headers.py).
EMBED_SITES = env.sites("COMMONPRESS_EMBED_SITES")
IS_DEMO = env.flag("COMMONPRESS_DEMO", default=False)

INSTALLED_APPS = [
    "commonpress.theme",
    "commonpress.jobs",
    "commonpress.changes",
    "commonpress.notices",
    "commonpress.accounts.apps.AccountsConfig",
    "commonpress.newsroom",
    "commonpress.discussion",
    "commonpress.fundraising",
    "commonpress.exchange",
    "django_tasks",
    "django_tasks_db",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "commonpress.accounts.apps.DeskPeopleConfig",  # wagtail.users with our screens
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",  # never "modelsearch" beside it: every save then fails
    "wagtail.admin",
    "wagtail",
    "taggit",
    "modelcluster",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "commonpress.theme.headers.HeadersMiddleware",
    "commonpress.theme.compression.CompressText",
    "commonpress.theme.static_files.StaticFilesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "commonpress.newsroom.middleware.PublicationMiddleware",
    "django.middleware.common.CommonMiddleware",
    "commonpress.lib.same_origin.SameOriginCsrfMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "commonpress.newsroom.middleware.DeskZoneMiddleware",
    "commonpress.accounts.http.WriterMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "commonpress.accounts.guard.DeskGuardMiddleware",
    "commonpress.newsroom.redirects.RedirectMiddleware",
    "commonpress.theme.refusals.RefusalMiddleware",
    "commonpress.prerender.wanted.WantedMiddleware",
]
# What a page that is kept for everybody passes (prerender/publisher.py): nothing here knows a reader.
KEPT_MIDDLEWARE = [
    "commonpress.theme.headers.HeadersMiddleware",
    "commonpress.newsroom.middleware.PublicationMiddleware",
]

ROOT_URLCONF = "commonpress.urls"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "commonpress.newsroom.context.publication",
            ],
        },
    }
]

DATABASE_URL = env.text("COMMONPRESS_DATABASE_URL")
if DATABASE_URL:
    from commonpress.database.address import from_url

    DATABASES = {"default": from_url(DATABASE_URL)}
else:
    DATABASES = {
        "default": {
            "ENGINE": "commonpress.database.sqlite",
            "NAME": DATA_DIR / "commonpress.sqlite3",
            "CONN_MAX_AGE": None,
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": {"BACKEND": "commonpress.lib.memory_cache.MemoryCache", "OPTIONS": {"MAX_ENTRIES": 100_000}}}

TASKS = {
    "default": {
        "BACKEND": "commonpress.jobs.backend.DatabaseJobs",
        "QUEUES": ["default", "pictures"],
    }
}
RUNS_JOBS = env.flag("COMMONPRESS_RUN_JOBS", default=True)

KEPT_BYTES = env.number("COMMONPRESS_KEPT_MB", 64) * 1024 * 1024
KEPT_FILES_BYTES = env.number("COMMONPRESS_KEPT_FILES_MB", 512) * 1024 * 1024
KEPT_DIR = DATA_DIR / "kept"
# Where nginx or Caddy finds the hottest pages as files; its own folder, since the data folder is for nobody else.
FRONT_DIR = env.text("COMMONPRESS_FRONT")
MAX_BODY_BYTES = env.number("COMMONPRESS_MAX_BODY_MB", 32) * 1024 * 1024
MAX_CONNECTIONS = env.number("COMMONPRESS_MAX_CONNECTIONS", 4000)
MAX_CONNECTIONS_PER_ADDRESS = env.number("COMMONPRESS_MAX_CONNECTIONS_PER_ADDRESS", 200)
# Open event streams of readers with a story open, of one address and all together; without any, their pages ask now and then.
LIVE_STREAMS = env.number("COMMONPRESS_LIVE_STREAMS", 2000)
LIVE_STREAMS_PER_ADDRESS = env.number("COMMONPRESS_LIVE_STREAMS_PER_ADDRESS", 10)

USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"  # stored; pages name the publication's zone (newsroom.middleware)
LANGUAGE_CODE = "en"
LOCALE_PATHS = [ROOT / "locale"]
# The languages that have a catalog; half a page in another one is worse than none (CONTRIBUTING.md).
LANGUAGES = [
    ("en", _("English (United States)")),
    ("en-gb", _("English (Britain)")),
    ("de", _("German")),
]

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "commonpress.accounts.sign_in.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # by default a code request for an unknown address mails that stranger
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_FORMS = {"login": "commonpress.accounts.forms.SignInForm", "signup": "commonpress.accounts.forms.JoinForm"}
# A code, not a link: a link's host could be made up by whoever asks for it.
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True  # who changes a password or a passkey is told by mail
ACCOUNT_SESSION_REMEMBER = True
# Per address asked for, so that nobody's mailbox can be filled; per network address, so that nobody guesses.
ACCOUNT_RATE_LIMITS = {
    "signup": "10/h/ip",
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "request_login_code": "20/m/ip,5/h/key",
    "reset_password": "20/m/ip,5/h/key",
    "confirm_email": "3/10m/key",
}
MFA_ADAPTER = "commonpress.accounts.sign_in.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE  # passkeys on http://localhost, for the demo

SESSION_COOKIE_AGE = 30 * 24 * 60 * 60
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
CSRF_FAILURE_VIEW = "commonpress.theme.views.csrf_failure"

WAGTAILIMAGES_IMAGE_MODEL = "newsroom.Photo"
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_IMAGE_FORM_BASE = "commonpress.newsroom.photos.form.PhotoForm"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000  # a long story's editor form has many

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "commonpress.theme.storage.StaticStorage"},
}

WHITENOISE_ALLOW_ALL_ORIGINS = False  # who may fetch what is in theme/headers.py
STATICFILES_FINDERS = [
    "commonpress.theme.css.JoinedStylesheet",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]

# Per writer; an address has six times as much (discussion/rates.py).
COMMENTS_PER_MINUTE = env.number("COMMONPRESS_COMMENTS_PER_MINUTE", 6)
VOTES_PER_MINUTE = env.number("COMMONPRESS_VOTES_PER_MINUTE", 60)
# So many votes of newcomers on one comment count within ten minutes; more are held back for a moderator, or a day.
NEWCOMERS_VOTES = env.number("COMMONPRESS_NEWCOMERS_VOTES", 20)
# How long who wrote a comment can change it, as long as nobody has answered.
EDIT_MINUTES = env.number("COMMONPRESS_EDIT_MINUTES", 15)
# Per address, of the pages with older comments.
THREAD_PAGES_PER_MINUTE = env.number("COMMONPRESS_THREAD_PAGES_PER_MINUTE", 120)
# What one address (an IPv6 /64) may look for; a search reads the database each time.
SEARCHES_PER_MINUTE = env.number("COMMONPRESS_SEARCHES_PER_MINUTE", 60)
# How long receipts keep the name of a supporter who was erased, from the end of the year they were issued in.
RECEIPT_YEARS = env.number("COMMONPRESS_RECEIPT_YEARS", 10)

WAGTAIL_SITE_NAME = "Commonpress"
WAGTAIL_PAGE_MODEL = "wagtailcore.Page"
WAGTAILADMIN_BASE_URL = PUBLIC_URL
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES  # Wagtail knows no British English, and would write American dates
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_AUTO_UPDATE_PREVIEW_INTERVAL = 1000
WAGTAIL_GRAVATAR_PROVIDER_URL = None  # this, the update check and the banner phone out
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "commonpress.newsroom.desk_search"}}
WAGTAIL_AUTOSAVE_INTERVAL = 5000  # ms after the last key; the default half second writes at every pause
WAGTAILADMIN_COMMENTS_ENABLED = False  # notes in the margin of drafts; "comments" here are readers'
TAGGIT_CASE_INSENSITIVE = True

EMAIL_HOST = env.text("COMMONPRESS_SMTP_HOST")
EMAIL_PORT = env.number("COMMONPRESS_SMTP_PORT", 587)
EMAIL_HOST_USER = env.text("COMMONPRESS_SMTP_USER")
EMAIL_HOST_PASSWORD = env.text("COMMONPRESS_SMTP_PASSWORD")
EMAIL_USE_TLS = env.flag("COMMONPRESS_SMTP_TLS", default=True)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("COMMONPRESS_MAIL_FROM", "paper@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAIL_DIR = DATA_DIR / "mail"
# Without an SMTP server mail lands in the data folder, where staff read it at /-/mail/.
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend" if EMAIL_HOST else "commonpress.notices.folder.FolderMail"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"one_line": {"()": "commonpress.lib.quiet.OneLine"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.text("COMMONPRESS_LOG_LEVEL", "INFO")},
    "loggers": {
        "wagtail": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        # Scanners ask for any host; an operator whose front server passes the wrong one still finds the line.
        "django.security.DisallowedHost": {"filters": ["one_line"]},
        "uvicorn.access": {"level": "WARNING"},
        # Both tell of each step in setting a PDF.
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "WARNING"},
    },
}
