"""django-tasks' interface on django-tasks-db's table."""

from django_tasks_db import DatabaseBackend


class DatabaseJobs(DatabaseBackend):
    pass
