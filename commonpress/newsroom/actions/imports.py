"""What comes in from elsewhere, with the dates and states it had there.

Nobody is told, and no page is refreshed: who imports says `changed("publication")` once at the end. These verbs
make a new row each time; that a second run makes none is `exchange`'s business, which remembers the sources' ids.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from taggit.models import Tag
from wagtail.blocks import StreamValue
from wagtail.models import Page, Revision
from wagtail.signal_handlers import disable_reference_index_auto_update

from commonpress.accounts.models import Person
from commonpress.newsroom.actions.desk_index import index_for_the_desk, note_what_it_uses
from commonpress.newsroom.actions.publishing import keys_listing
from commonpress.newsroom.actions.search_index import index_story
from commonpress.newsroom.actions.years import year_folder
from commonpress.newsroom.models.addresses import free_slug, refuse_reserved, slug_for
from commonpress.newsroom.models.byline import Byline, StoryByline, free_byline_slug
from commonpress.newsroom.models.desk import Desk
from commonpress.newsroom.models.front import Front
from commonpress.newsroom.models.plain_page import PlainPage
from commonpress.newsroom.models.public_page import CommentsState, PublicPage
from commonpress.newsroom.models.redirect import Redirect
from commonpress.newsroom.models.story import Story

State = Literal["public", "scheduled", "draft"]
Body = Iterable[tuple[str, Any]]

AT_ONCE = 400
LONGEST_TAG_SLUG = 100  # taggit's column
LONGEST_OLD_ADDRESS = 500  # the redirect's column


def import_desk(
    *, title: str, slug: str = "", dek: str = "", position: int = 10, is_in_navigation: bool = True
) -> Desk:
    """Return the desk of this name; made, and public from now on, where there is none."""
    known = Desk.objects.live().filter(title__iexact=title).first()
    if known is not None:
        return known
    desk = Desk(title=title[:255], dek=dek[:200], position=position, is_in_navigation=is_in_navigation)
    front = Front.objects.get()
    desk.slug = _slug_to_reach(slug or slug_for(title), under=front)
    _bring_in(desk, front, state="public", public_at=timezone.now(), modified_at=None)
    return desk


def import_byline(
    *,
    name: str,
    slug: str = "",
    biography: str = "",
    role: str = "",
    portrait: int | None = None,
    person: Person | None = None,
) -> Byline:
    """Make a byline; a taken slug gets -2. `portrait` is a photo's key."""
    return Byline.objects.create(
        name=name[:80],
        slug=free_byline_slug(slug or name),
        biography=biography,
        role=role[:80],
        portrait_id=portrait,
        person=person,
    )


def import_tag(*, name: str, slug: str = "") -> Tag:
    """Return the tag of this name; where there is none, it is made, with this slug if that is an address and free."""
    known = Tag.objects.filter(name__iexact=name).first()
    if known is not None:
        return known
    if slug != slugify(slug, allow_unicode=True)[:LONGEST_TAG_SLUG] or Tag.objects.filter(slug=slug).exists():
        slug = ""  # taggit makes one of the name
    return Tag.objects.create(name=name, slug=slug)


def import_story(
    *,
    title: str,
    body: Body = (),
    state: State,
    public_at: dt.datetime | None,
    slug: str = "",
    dek: str = "",
    desk: int | None = None,
    bylines: Sequence[int] = (),
    tags: Sequence[str | Tag] = (),
    lead_photo: int | None = None,
    lead_caption: str = "",
    modified_at: dt.datetime | None = None,
    corrected_at: dt.datetime | None = None,
    comments_state: str = CommentsState.OPEN,
    owner: Person | None = None,
) -> Story:
    """Make a story as it was elsewhere. Desk, bylines and photo are keys; photos in the body too.

    `body` is pairs of block name and value as a stream stores them (a photo by its key). `public_at` is when it was
    published, or shall be; a draft that never was has none. A slug taken in its year gets -2.
    """
    story = Story(
        title=title[:255],
        dek=dek[:400],
        desk_id=desk,
        lead_photo_id=lead_photo,
        lead_caption=lead_caption,
        corrected_at=corrected_at,
        comments_state=comments_state,
        owner=owner,
        slug=slug[:250],
        body=_stream(Story, body),
    )
    in_order = enumerate(dict.fromkeys(bylines))
    story.story_bylines.set([StoryByline(byline_id=byline, sort_order=place) for place, byline in in_order])
    story.tags.set(tags)
    _bring_in(story, year_folder(public_at), state=state, public_at=public_at, modified_at=modified_at)
    return story


def import_page(
    *,
    title: str,
    body: Body = (),
    state: State,
    public_at: dt.datetime | None,
    slug: str = "",
    parent: int | None = None,
    position: int = 10,
    place: str = PlainPage.Place.FOOT,
    modified_at: dt.datetime | None = None,
    comments_state: str = CommentsState.OFF,
) -> PlainPage:
    """Make a plain page, under another (its key) or under the front. A slug reserved there is put behind "page-"."""
    page = PlainPage(
        title=title[:255],
        place=place,
        position=min(max(position, 0), 32_767),
        comments_state=comments_state,
        body=_stream(PlainPage, body),
    )
    above: Page = PlainPage.objects.get(pk=parent) if parent else Front.objects.get()
    page.slug = _slug_to_reach(slug or slug_for(title), under=above)
    _bring_in(page, above, state=state, public_at=public_at, modified_at=modified_at)
    return page


@transaction.atomic
def give_photos(page: Story | PlainPage, *, body: Body, lead_photo: int | None) -> bool:
    """Give a page the body and lead photo it was imported with, now that the photos in it are here.

    Returns False, and changes nothing, where somebody edited it since. It keeps its dates and its one revision, so
    that photos which come later still can be given.
    """
    model = type(page)
    page = model.objects.select_for_update().get(pk=page.pk)
    revisions = list(page.revisions.all()[:2])
    if len(revisions) != 1 or revisions[0].user_id is not None:
        return False
    page.body = _stream(model, body)
    model.objects.filter(pk=page.pk).update(body=page.body)
    if isinstance(page, Story) and lead_photo is not None:
        page.lead_photo_id = lead_photo
        Story.objects.filter(pk=page.pk).update(lead_photo=lead_photo)
    made_at = page.latest_revision_created_at
    page.save_revision(
        clean=False,
        changed=False,
        overwrite_revision=revisions[0],
        approved_go_live_at=revisions[0].approved_go_live_at,
    )
    model.objects.filter(pk=page.pk).update(latest_revision_created_at=made_at)
    index_for_the_desk(page)
    if isinstance(page, Story) and page.live:
        index_story(page)
    note_what_it_uses(page)
    return True


def add_redirects(redirects: Sequence[Redirect]) -> None:
    """Lead old addresses to where each of these unsaved redirects says; some hundreds in one transaction.

    An address that leads somewhere already is left as it is, and none is made that is too long for a row,
    or that its page still has.
    """
    for start in range(0, len(redirects), AT_ONCE):
        _add_redirects(redirects[start : start + AT_ONCE])


@transaction.atomic
def _add_redirects(redirects: Sequence[Redirect]) -> None:
    # The first of two for one address, as if they came one after the other.
    wanted = {redirect.old: redirect for redirect in reversed(redirects) if len(redirect.old) <= LONGEST_OLD_ADDRESS}
    known = set(Redirect.objects.filter(old__in=wanted).values_list("old", flat=True))
    here = Page.objects.filter(url_path__in=[f"/front{old}" for old in wanted]).values_list("pk", "url_path")
    stays = {(pk, path.removeprefix("/front")) for pk, path in here}
    Redirect.objects.bulk_create(
        [
            redirect
            for old, redirect in wanted.items()
            if old not in known and old != redirect.new and (redirect.page_id, old) not in stays
        ]
    )


def take_back_redirects(redirects: Iterable[Redirect]) -> None:
    """Forget redirects of these unsaved ones' address and page; what leads elsewhere stays."""
    wanted = {redirect.old: redirect.page_id for redirect in redirects}
    addresses = list(wanted)
    for start in range(0, len(addresses), AT_ONCE):
        found = Redirect.objects.filter(old__in=addresses[start : start + AT_ONCE]).values_list("pk", "old", "page_id")
        Redirect.objects.filter(pk__in=[pk for pk, old, page in found if page == wanted[old]]).delete()


@transaction.atomic
def _bring_in(
    page: PublicPage, parent: Page, *, state: State, public_at: dt.datetime | None, modified_at: dt.datetime | None
) -> None:
    """Put a page into the tree with one revision, and index it once."""
    page.slug = free_slug(page.slug or slug_for(page.title), parent=parent)
    page.live = False
    if state == "scheduled":
        page.go_live_at = public_at
    if state == "draft":
        page.first_public_at = public_at
    if state == "public":
        moment = public_at or timezone.now()
        page.live = True
        page.first_public_at = page.first_published_at = moment
        page.last_public_at = page.last_published_at = max(moment, modified_at or moment)
    with disable_reference_index_auto_update():
        Page.objects.get(pk=parent.pk).add_child(instance=page)
        revision = page.save_revision(clean=False, changed=False)
    if page.live:
        page.public_path = page.path_here
        page.shown_under = keys_listing(page)
        page.live_revision = revision
        type(page).objects.filter(pk=page.pk).update(
            public_path=page.public_path, shown_under=page.shown_under, live_revision=revision
        )
    if state == "scheduled":
        Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=public_at)
    if modified_at or public_at:
        # Editors see their list in the order the work was done.
        type(page).objects.filter(pk=page.pk).update(latest_revision_created_at=modified_at or public_at)
    index_for_the_desk(page)
    if isinstance(page, Story) and page.live:
        index_story(page)
    note_what_it_uses(page)


def _stream(model: type[Story | PlainPage], body: Body) -> StreamValue:
    block = model.body.field.stream_block
    return StreamValue(block, [{"type": name, "value": value} for name, value in body], is_lazy=True)


def _slug_to_reach(slug: str, *, under: Page) -> str:
    try:
        refuse_reserved(slug, under=under)
    except ValidationError:
        return f"page-{slug}"
    return slug
