"""The links at the head and the foot of every page."""

from django import template

from commonpress.newsroom.queries import navigation as queries

register = template.Library()


@register.simple_tag
def navigation() -> queries.Navigation:
    return queries.navigation()
