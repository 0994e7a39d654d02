"""What readers find: the same answers from SQLite's FTS5 and from PostgreSQL's text search."""

import re
import unicodedata
from dataclasses import dataclass

from django.db import connection
from django.utils.html import escape
from django.utils.safestring import SafeString

from commonpress.newsroom.models.publication import Publication
from commonpress.newsroom.models.story import Story

PER_PAGE = 20
MAX_PAGE = 50
MAX_LENGTH = 200
MAX_WORDS = 12
SNIPPET_LENGTH = 240
# Set around what was found; private characters, which indexed text never holds.
OPEN, CLOSE = "\ue000", "\ue001"
WORD = re.compile(r"[^\W_]+")
# PostgreSQL's stemmers by language; other languages are searched by whole words.
STEMMERS = {
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "it": "italian",
    "nl": "dutch",
    "pt": "portuguese",
    "sv": "swedish",
}
Phrase = list[str]


@dataclass(frozen=True)
class Hit:
    """A story found; `snippet` is HTML, with what was looked for in <mark>."""

    story: Story
    snippet: SafeString


@dataclass(frozen=True)
class Results:
    """One page of what was found. `asked` is what was understood as the question."""

    asked: str
    hits: list[Hit]
    page: int
    has_more: bool


def search(question: str, page: int = 1) -> Results:
    """Find published stories that hold all words of the question, the best first.

    Words in double quotes stand together; every other sign separates words and means nothing.
    Costs five queries, whatever is found.
    """
    question = " ".join(question[:MAX_LENGTH].split())
    phrases = phrases_in(question)
    if not phrases:
        return Results(question, [], page, has_more=False)
    engine = find_with_fts5 if connection.vendor == "sqlite" else find_with_tsvector
    found = engine(phrases, limit=PER_PAGE + 1, offset=(page - 1) * PER_PAGE)
    marked = dict(found[:PER_PAGE])
    stories = {story.pk: story for story in Story.objects.published().filter(pk__in=marked).cards()}
    hits = [Hit(stories[pk], snippet_of(text)) for pk, text in marked.items() if pk in stories]
    return Results(question, hits, page, has_more=len(found) > PER_PAGE and page < MAX_PAGE)


def phrases_in(question: str) -> list[Phrase]:
    """Return the question as phrases of words; one that is not closed ends with the question."""
    phrases: list[Phrase] = []
    for number, part in enumerate(question.split('"')):
        words = WORD.findall(part)
        phrases += [words] if number % 2 and words else [[word] for word in words]
    kept, count = [], 0
    for phrase in phrases:
        count += len(phrase)
        if count > MAX_WORDS:
            break
        kept.append(phrase)
    return kept


def find_with_fts5(phrases: list[Phrase], *, limit: int, offset: int) -> list[tuple[int, str]]:
    # Letters and digits alone reach the question, so no sign of the query language does.
    match = " ".join(f'"{" ".join(phrase)}"' for phrase in phrases)
    with connection.cursor() as cursor:
        # The rank alone first: marking every match of a common word would read every body.
        cursor.execute(
            "SELECT rowid FROM newsroom_search WHERE newsroom_search MATCH %s"
            " AND rank MATCH 'bm25(10.0, 4.0, 3.0, 1.0)' ORDER BY rank, rowid DESC LIMIT %s OFFSET %s",
            [match, limit, offset],
        )
        keys = [pk for (pk,) in cursor.fetchall()]
        places = ",".join("%s" for _ in keys) or "NULL"
        cursor.execute(
            "SELECT rowid, highlight(newsroom_search, 3, %s, %s) FROM newsroom_search"  # noqa: S608 - place-holders
            f" WHERE newsroom_search MATCH %s AND rowid IN ({places})",
            [OPEN, CLOSE, match, *keys],
        )
        marked = dict(cursor.fetchall())
    return [(pk, marked[pk]) for pk in keys]


def find_with_tsvector(phrases: list[Phrase], *, limit: int, offset: int) -> list[tuple[int, str]]:
    stemmer = stemmer_of(Publication.load().language)
    query = " && ".join("phraseto_tsquery(%s::regconfig, %s)" for _ in phrases)
    values = [value for phrase in phrases for value in (stemmer, folded(" ".join(phrase)))]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT entry.story_id, entry.body FROM newsroom_searchentry entry,"  # noqa: S608 - place-holders
            f" (SELECT {query} AS wanted) question WHERE entry.words @@ question.wanted"
            " ORDER BY ts_rank_cd('{0.1, 0.3, 0.4, 1.0}', entry.words, question.wanted) DESC, entry.story_id DESC"
            " LIMIT %s OFFSET %s",
            [*values, limit, offset],
        )
        rows = cursor.fetchall()
        cursor.execute(
            "SELECT ts_headline(%s::regconfig, body, question.wanted, %s)"  # noqa: S608 - place-holders
            f" FROM unnest(%s::text[]) WITH ORDINALITY AS found(body, place), (SELECT {query} AS wanted) question"
            " ORDER BY found.place",
            [
                stemmer,
                f"HighlightAll=true, StartSel={OPEN}, StopSel={CLOSE}",
                [folded(body) for _pk, body in rows],
                *values,
            ],
        )
        marked = [text for (text,) in cursor.fetchall()]
    return [(pk, marked_like(text, body)) for (pk, body), text in zip(rows, marked, strict=True)]


def stemmer_of(language: str) -> str:
    return STEMMERS.get(language[:2], "simple")


def folded(text: str) -> str:
    """Return the text without accents, letter for letter: SQLite ignores them, PostgreSQL needs an extension to."""
    return "".join(unicodedata.normalize("NFKD", character)[0] for character in text)


def marked_like(marked: str, text: str) -> str:
    """Return `text` with the marks that its folded likeness has; both have the same letters otherwise."""
    letters = iter(text)
    return "".join(sign if sign in {OPEN, CLOSE} else next(letters, "") for sign in marked)


def snippet_of(marked: str) -> SafeString:
    """Return some 240 letters around the first mark as HTML; the beginning where nothing is marked."""
    first = max(0, marked.find(OPEN))
    start = 0 if first < SNIPPET_LENGTH // 3 else marked.rfind(" ", 0, first - SNIPPET_LENGTH // 4) + 1
    end = start + SNIPPET_LENGTH
    if end < len(marked):
        end = max(marked.rfind(" ", start, end), marked.find(CLOSE, first) + 1)
    cut = marked[start:end].strip()
    if cut.count(OPEN) > cut.count(CLOSE):
        cut = cut[: cut.rfind(OPEN)].rstrip()
    text = str(escape(cut)).replace(OPEN, "<mark>").replace(CLOSE, "</mark>")
    before, after = "… " if start else "", " …" if end < len(marked) else ""
    return SafeString(f"{before}{text}{after}")  # escaped above; only our own marks are HTML
