"""What django-tasks-db's table of jobs does not know: who works on one, and what the clock starts."""

from django.db import models
from django.db.models import Q
from django_tasks_db.models import DBTaskResult


class Lease(models.Model):
    """A worker's hold on a job, renewed while it works.

    A worker that dies renews nothing: once `until` has passed, the job is offered again. The row
    stays with the job and counts its attempts; `until` is null while nobody works on it.
    """

    job = models.OneToOneField(DBTaskResult, on_delete=models.CASCADE, primary_key=True, related_name="lease")
    owner = models.CharField(max_length=80, blank=True)
    until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["until"], condition=Q(until__isnull=False), name="lease_running")]

    def __str__(self) -> str:
        return f"{self.job_id} {self.owner}"


class Clock(models.Model):
    """When a scheduled task is next due; whoever moves `due_at` on enqueues the job."""

    task_path = models.CharField(max_length=200, primary_key=True)
    due_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.task_path} {self.due_at}"
