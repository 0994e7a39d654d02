from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "commonpress.notices"
    label = "notices"
    verbose_name = "Notices"
