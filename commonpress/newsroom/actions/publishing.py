"""Publishing and what follows in the same transaction: the story's year, its dates, its old address, fresh pages.

Whoever publishes (an editor at the desk, the clock, an import, a test), Wagtail does it and sends a signal;
receivers.py hands each signal to one function here.
"""

import datetime as dt
import logging

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page, Revision

from commonpress.accounts.models import Person
from commonpress.changes.changed import changed
from commonpress.newsroom.actions.desk_index import index_for_the_desk
from commonpress.newsroom.actions.search_index import forget_story, index_story
from commonpress.newsroom.actions.years import year_folder
from commonpress.newsroom.following_publications import tell_published
from commonpress.newsroom.models.addresses import free_slug
from commonpress.newsroom.models.desk import Desk
from commonpress.newsroom.models.front import Front
from commonpress.newsroom.models.plain_page import PlainPage
from commonpress.newsroom.models.public_page import PublicPage
from commonpress.newsroom.models.redirect import Redirect
from commonpress.newsroom.models.story import Story
from commonpress.newsroom.models.year import Year

log = logging.getLogger(__name__)

PublicPageType = Story | Desk | PlainPage


@transaction.atomic
def publish(page: PublicPageType, *, by: Person | None = None) -> None:
    """Publish a page as it stands in memory. `page` is refreshed."""
    page.go_live_at = None
    page.save_revision(user=by, log_action=by is not None).publish(user=by, skip_permission_checks=by is None)
    page.refresh_from_db()


@transaction.atomic
def schedule(page: PublicPageType, *, at: dt.datetime, by: Person | None = None) -> None:
    """Publish a page as it stands in memory at a later moment (schedules.py looks each minute)."""
    page.go_live_at = at
    page.save_revision(user=by, log_action=by is not None).publish(user=by, skip_permission_checks=by is None)
    page.refresh_from_db()


@transaction.atomic
def unpublish(page: PublicPageType, *, by: Person | None = None) -> None:
    """Take a page from the readers; its address says that it was withdrawn. `page` is refreshed."""
    page.unpublish(user=by)
    page.refresh_from_db()


def publish_due() -> None:
    """Withdraw what expires and publish what was scheduled until now, each in its own transaction.

    Wagtail's command does the same, but stops at the first page that cannot be published, and so
    each minute again. May run twice at once: what the other published is looked at again under a lock.
    A page that is live and was never settled (Wagtail's own commands publish in several steps) is settled.
    """
    now = timezone.now()
    for pk in Page.objects.filter(live=True, expire_at__lt=now).values_list("pk", flat=True):
        with transaction.atomic():
            expired = Page.objects.select_for_update().filter(pk=pk, live=True).first()
            if expired is not None:
                expired.specific.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    due = Revision.objects.filter(approved_go_live_at__lt=now).order_by("approved_go_live_at")
    for pk in due.values_list("pk", flat=True):
        try:
            with transaction.atomic():
                revision = due.select_for_update().filter(pk=pk).first()
                if revision is not None:
                    revision.publish(log_action="wagtail.publish.scheduled")
        except ValidationError:
            log.exception("Revision %s is due but cannot be published; an editor has to look at it.", pk)
    for kind in (Story, Desk, PlainPage):
        for page in kind.objects.filter(live=True, public_path=""):
            settle_published(page)


@transaction.atomic
def settle_published(page: Page) -> None:
    """Put a page that Wagtail has just published where readers will find it.

    The first time it gets its date and, a story, its year; after that neither changes by itself.
    A changed address leaves a redirect. Scheduled pages wait: Wagtail sends its signal for them too.
    """
    if isinstance(page, Front):
        changed("front")
    if not isinstance(page, PublicPage):
        return
    # Read again: what the signal carries still holds its credits and tags as the form sent them.
    page = type(page).objects.get(pk=page.pk)
    if not page.live:
        return
    moment = page.first_public_at or timezone.now()
    if isinstance(page, Story) and not page.was_public:
        _move_to_year(page, moment)
    # The row is ours by now: one that was issued while the page was being saved is seen here.
    page.take_corrections()
    type(page).objects.filter(pk=page.pk).update(
        first_public_at=moment, last_public_at=timezone.now(), corrected_at=page.corrected_at
    )
    _settle_address(page)
    _settle_children(page)
    index_for_the_desk(page)
    if isinstance(page, Story):
        index_story(page)
    tell_published(page)


@transaction.atomic
def settle_withdrawn(page: Page) -> None:
    """Tell the pages that listed a page that it is gone. Its first date and its address stay its own."""
    if isinstance(page, PublicPage):
        changed(page.key, *page.shown_under)
        index_for_the_desk(page)
        forget_story(page.pk)


@transaction.atomic
def settle_moved(page: Page) -> None:
    """Leave a redirect where a page stood before it was moved to another parent."""
    page = page.specific
    if isinstance(page, PublicPage) and page.live and page.was_public:
        _settle_address(page)
        _settle_children(page)


def _move_to_year(story: Story, moment: dt.datetime) -> None:
    """Move a story to the year of its first publication; give it the next free slug if its own is taken there."""
    year = year_folder(moment)
    # The lock: two stories of one slug that are published together get two addresses.
    Year.objects.select_for_update().get(pk=year.pk)
    slug = free_slug(story.slug, parent=year, page=story)
    if slug != story.slug:
        story.slug = slug
        story.save(update_fields=["slug", "url_path"], clean=False)
        _write_slug_into_revision(story)
    if story.get_parent().pk != year.pk:
        story.move(year, pos="last-child")
        story.refresh_from_db()


def _write_slug_into_revision(story: Story) -> None:
    """Keep the next save at the desk from asking for the taken slug again."""
    revision = Revision.objects.get(pk=story.latest_revision_id)
    revision.content["slug"] = story.slug
    revision.save(update_fields=["content"])


def _settle_address(page: PublicPageType) -> None:
    before = page.public_path
    now_under = keys_listing(page)
    if before and before != page.path_here:
        Redirect.objects.update_or_create(old=before, defaults={"page": page, "photo": None, "new": ""})
    # Nobody is sent away from an address that has a page again.
    Redirect.objects.filter(old=page.path_here).delete()
    changed(page.key, *page.shown_under, *now_under)
    type(page).objects.filter(pk=page.pk).update(public_path=page.path_here, shown_under=now_under)
    page.public_path, page.shown_under = page.path_here, now_under


def _settle_children(page: PublicPageType) -> None:
    """Plain pages may stand under one another: a new address of one is a new address of those below."""
    if isinstance(page, PlainPage):
        for child in PlainPage.objects.descendant_of(page).live():
            if child.public_path != child.path_here:
                _settle_address(child)


def keys_listing(page: PublicPageType) -> list[str]:
    """Return the keys of everything that lists a page: front, desk, tags, bylines, the year's archive."""
    if not isinstance(page, Story):
        return page.keys
    return [*page.keys, f"year:{page.path_here.split('/')[1]}"]
