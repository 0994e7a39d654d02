from django.apps import AppConfig


class ChangesConfig(AppConfig):
    name = "commonpress.changes"
    label = "changes"
    verbose_name = "Changes"
