from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "commonpress.jobs"
    label = "jobs"
    verbose_name = "Jobs"
