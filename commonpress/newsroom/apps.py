from django.apps import AppConfig


class NewsroomConfig(AppConfig):
    name = "commonpress.newsroom"
    label = "newsroom"
    verbose_name = "Newsroom"

    def ready(self) -> None:
        from commonpress.newsroom import letters, receivers  # noqa: F401, PLC0415  connected; models load after apps
