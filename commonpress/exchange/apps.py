from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "commonpress.exchange"
    label = "exchange"
    verbose_name = "Exchange"
