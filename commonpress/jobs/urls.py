from django.urls import path

from commonpress.jobs import health

app_name = "jobs"
urlpatterns = [path("-/health/ready", health.ready, name="ready")]
