"""Imported so that Django finds the models; code imports from the submodules."""

from commonpress.newsroom.models import (  # noqa: F401  Django needs them loaded
    byline,
    correction,
    desk,
    front,
    photo,
    plain_page,
    publication,
    redirect,
    search,
    story,
    year,
)
