from django.apps import AppConfig


class NewsroomConfig(AppConfig):
    name = "commonpress.newsroom"
    label = "newsroom"
    verbose_name = "Newsroom"
