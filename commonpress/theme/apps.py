from django.apps import AppConfig


class ThemeConfig(AppConfig):
    name = "commonpress.theme"
    label = "theme"
    verbose_name = "Theme"
