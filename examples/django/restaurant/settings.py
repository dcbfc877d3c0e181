"""Settings of the site. What differs from place to place comes from the environment:

SECRET_KEY     needed; the same for every task, and for the old version and the new
ALLOWED_HOSTS  needed unless DEBUG is set; the names that users call the site by, with commas between them
DATABASE       path of the SQLite file; db.sqlite3 beside manage.py unless given
VERSION        what /healthz answers with
DEBUG          1 on your own machine
"""
import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = os.environ.get("SECRET_KEY", "")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. On your own machine any text will do: export SECRET_KEY=only-here. "
        "On ECS keep it in Secrets Manager and name it in the task definition's secrets (README.md)."
    )

DEBUG = os.environ.get("DEBUG") == "1"
ALLOWED_HOSTS = [host.strip() for host in os.environ.get("ALLOWED_HOSTS", "").split(",") if host.strip()]
VERSION = os.environ.get("VERSION", "dev")

# The load balancer ends HTTPS and says so in this header; without it Django takes every form for one of a foreign site.
# Only the load balancer may reach the tasks (their security group), since anybody else could say so too.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

INSTALLED_APPS = ["reservations"]

MIDDLEWARE = [
    # First, since the ones below refuse what is not asked for by a name in ALLOWED_HOSTS.
    "reservations.middleware.healthz",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "restaurant.urls"
WSGI_APPLICATION = "restaurant.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("DATABASE") or BASE_DIR / "db.sqlite3",
        # Seconds to wait while another task writes.
        "OPTIONS": {"timeout": 20},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Errors with their traceback go to the task's log, which is where one looks on ECS; Django would send them by mail.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {"django": {"handlers": ["console"], "level": "INFO"}},
}

LANGUAGE_CODE = "en"
TIME_ZONE = "Asia/Seoul"
USE_TZ = True
