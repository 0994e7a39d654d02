from django.db import models


class SearchEntry(models.Model):
    """What readers' search knows of a published story: plain text, kept by queries/search.py.

    On SQLite a full-text table stands over these columns and triggers keep it; on PostgreSQL
    a column of words (both in migration 0003). Wagtail's own index serves the desk only: on
    100,000 stories its search takes minutes on SQLite.
    """

    story = models.OneToOneField("newsroom.Story", primary_key=True, on_delete=models.CASCADE, related_name="+")
    headline = models.TextField()
    dek = models.TextField(blank=True)
    names = models.TextField(blank=True)
    body = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.headline
