"""Keeps what readers' search knows in step with what is published, in the same transaction."""

import unicodedata

from django.db import connection, transaction

from commonpress.jobs import task
from commonpress.newsroom.models.publication import Publication
from commonpress.newsroom.models.search import SearchEntry
from commonpress.newsroom.models.story import Story
from commonpress.newsroom.queries.search import CLOSE, OPEN, folded, stemmer_of

# A megabyte of words is what PostgreSQL's tsvector can hold; no story comes near this.
MAX_BODY = 200_000


@transaction.atomic
def index_story(story: Story) -> None:
    """Let readers find a published story by what it says now."""
    names = [byline.name for byline in story.bylines]
    if story.desk is not None:
        names.append(story.desk.title)
    names += [tag.name for tag in story.tags.all()]
    entry, _made = SearchEntry.objects.update_or_create(
        story_id=story.pk,
        defaults={
            "headline": plain(story.title),
            "dek": plain(story.dek),
            "names": plain(", ".join(names)),
            "body": plain(" ".join(map(str, story.body.stream_block.get_searchable_content(story.body))))[:MAX_BODY],
        },
    )
    if connection.vendor == "postgresql":
        write_words(entry)


def write_words(entry: SearchEntry) -> None:
    stemmer = stemmer_of(Publication.load().language)
    weights = {"A": entry.headline, "B": entry.dek, "C": entry.names, "D": entry.body}
    vector = " || ".join(f"setweight(to_tsvector(%s::regconfig, %s), '{weight}')" for weight in weights)
    values = [value for text in weights.values() for value in (stemmer, folded(text))]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE newsroom_searchentry SET words = {vector} WHERE story_id = %s",  # noqa: S608 - place-holders
            [*values, entry.pk],
        )


def forget_story(pk: int) -> None:
    """Let readers no longer find a story. One that was never found is forgotten already."""
    SearchEntry.objects.filter(pk=pk).delete()


def index_all() -> int:
    """Index every published story anew and forget the others; return how many are found now. Each in a transaction."""
    published = Story.objects.published()
    SearchEntry.objects.exclude(pk__in=published.values("pk")).delete()
    count = 0
    for story in published.order_by("pk").iterator(chunk_size=100):
        index_story(story)
        count += 1
    return count


@task()
def index_all_anew() -> None:
    index_all()


def plain(text: str) -> str:
    """Return the text as one line in composed letters, without the characters that mark what was found."""
    composed = unicodedata.normalize("NFC", text).replace(OPEN, "").replace(CLOSE, "").replace("\x00", "")
    return " ".join(composed.split())
