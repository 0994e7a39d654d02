"""The folders stories stand in."""

import datetime as dt

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils import timezone
from wagtail.models import GroupPagePermission

from commonpress.accounts.rules import Role
from commonpress.newsroom.models.front import Front
from commonpress.newsroom.models.publication import Publication
from commonpress.newsroom.models.year import Year


@transaction.atomic
def year_folder(moment: dt.datetime | None = None) -> Year:
    """Return the folder of the year a moment falls into (now, if none is given), made when it is missing.

    A year begins at midnight in the publication's zone. In a new folder reporters may add stories,
    which is all they may add anywhere.
    """
    local = timezone.localtime(moment or timezone.now(), Publication.load().tzinfo)
    return Year.objects.filter(slug=f"{local.year:04}").first() or _make_year(f"{local.year:04}")


def _make_year(slug: str) -> Year:
    # The lock: of two stories that open a year together, one makes the folder and the other finds it.
    front = Front.objects.select_for_update().get()
    made = Year.objects.filter(slug=slug).first()
    if made is not None:
        return made
    year: Year = front.add_child(instance=Year(title=slug, slug=slug, live=True))
    GroupPagePermission.objects.create(
        group=Group.objects.get(name=Role.REPORTER),
        page=year,
        permission=Permission.objects.get(content_type__app_label="wagtailcore", codename="add_page"),
    )
    return year
