"""Loads Django, once the environment says where everything is."""

import django

from commonpress.lib import env


def load_django() -> None:
    env.suggest("DJANGO_SETTINGS_MODULE", "commonpress.settings")
    django.setup()
