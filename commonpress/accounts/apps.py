from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "commonpress.accounts"
    label = "accounts"
    verbose_name = "Accounts"
