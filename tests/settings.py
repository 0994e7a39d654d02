"""The real settings on a data folder of the tests' own.

COMMONPRESS_TEST_DATABASE=postgres runs them on PostgreSQL instead of SQLite.
"""

import atexit
import os
import shutil
import tempfile

if "COMMONPRESS_DATA" not in os.environ:
    os.environ["COMMONPRESS_DATA"] = tempfile.mkdtemp(prefix="commonpress-test-")
    atexit.register(shutil.rmtree, os.environ["COMMONPRESS_DATA"], ignore_errors=True)
os.environ.setdefault("COMMONPRESS_SECRET_KEY", "only-for-tests")
os.environ.setdefault("COMMONPRESS_HOSTS", "testserver,localhost,127.0.0.1")

from commonpress.settings import *  # noqa: F403

STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405 - from the settings above
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405  WhiteNoise warns where there is none

if os.environ.get("COMMONPRESS_TEST_DATABASE") == "postgres":
    from commonpress.database.address import from_url
    from tests.databases import postgres_url

    DATABASES = {"default": from_url(postgres_url("postgres"), pool=False)}
else:
    # Power cuts are no part of most tests; those about durability ask for FULL themselves.
    DATABASES["default"]["OPTIONS"] = {"synchronous": "OFF"}
