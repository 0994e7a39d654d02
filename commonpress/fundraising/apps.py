from django.apps import AppConfig


class FundraisingConfig(AppConfig):
    name = "commonpress.fundraising"
    label = "fundraising"
    verbose_name = "Fundraising"
