"""What every template may use."""

from django.http import HttpRequest

from commonpress.newsroom.middleware import publication_of


def publication(request: HttpRequest) -> dict[str, object]:
    return {"publication": publication_of(request)}
