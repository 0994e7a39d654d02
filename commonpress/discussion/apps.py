from django.apps import AppConfig


class DiscussionConfig(AppConfig):
    name = "commonpress.discussion"
    label = "discussion"
    verbose_name = "Discussion"
