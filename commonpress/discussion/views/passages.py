"""The passages of a story: all of them, one with what is said on it, and which words a comment is to be about."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commonpress.changes.shown import keep
from commonpress.discussion import pages, passage_reading, rates
from commonpress.discussion.anchors import Anchor
from commonpress.discussion.annotations import annotation_of
from commonpress.discussion.drawing import place_of
from commonpress.discussion.errors import ChangedWhileWriting, PassageIsChanged, PassageIsUnclear
from commonpress.discussion.models import Passage
from commonpress.discussion.models.passage import LONGEST_QUOTE
from commonpress.discussion.passage_text import found_in, texts_of
from commonpress.discussion.rules import Discussed, is_open
from commonpress.discussion.sentences import SENTENCE
from commonpress.lib.refusals import require

LATEST = 3
AT_ONCE = 50


@require_safe
def all_of(request: HttpRequest, address: str) -> HttpResponse:
    """The passages of a story, and, for who has no script to mark words with, its sentences to choose one from."""
    page = _page_at(address)
    rates.take_page(request)
    keep(page.key, f"passages:{page.pk}")
    context = {
        "page": page,
        "place": place_of(page),
        "passages": passage_reading.passages_of(page.pk),
        "paragraphs": _sentences(page) if is_open(page) else [],
    }
    return render(request, "discussion/passages.html", context)


@require_safe
def one(request: HttpRequest, address: str, public_id: str, *, is_piece: bool = False) -> HttpResponse:
    """A passage, what is asked about it and what is said on it; a piece of that, with the latest, for the story's script.

    The piece has an address of its own: both are kept, and what is kept is known by its path alone.
    """
    page = _page_at(address)
    rates.take_page(request)
    passage = _found(passage_reading.shown_passage(public_id, page.pk))
    keep(page.key, f"thread:{page.pk}", f"passages:{page.pk}")
    entries, more = passage_reading.comments_on(passage, LATEST if is_piece else AT_ONCE)
    context = {
        "page": page,
        "place": place_of(page),
        "passage": passage,
        "about": passage,
        "entries": entries,
        "has_more": more,
        "may_answer": is_open(page) and passage.may_be_answered,
    }
    return render(request, f"discussion/{'passage_fragment' if is_piece else 'passage'}.html", context)


@require_safe
def annotation(request: HttpRequest, address: str, public_id: str) -> HttpResponse:
    """A passage as a W3C Web Annotation. Programs ask for it, and seldom, so it is not kept."""
    page = _page_at(address)
    rates.take_page(request)
    passage = _found(passage_reading.shown_passage(public_id, page.pk))
    return JsonResponse(annotation_of(passage, page), content_type="application/ld+json")


def about_what(request: HttpRequest, page: Discussed) -> Passage | Anchor | None:
    """Return the words a form says it is about: a passage there is, a sentence chosen, or words marked in the story.

    Raises PassageIsChanged where they no longer stand there, PassageIsUnclear where they stand more than once.
    """
    is_sent = request.method == "POST"
    sent, changed = (request.POST, ChangedWhileWriting) if is_sent else (request.GET, PassageIsChanged)
    if public_id := sent.get("passage", ""):
        passage = _found(passage_reading.passage_by(public_id, page.pk))
        require(not passage.is_orphaned, changed)
        return passage
    place, quote = sent.get("on", ""), sent.get("quote", "")
    if not place and not quote.strip():
        return None
    require(len(quote) <= 2 * LONGEST_QUOTE, changed)
    texts = texts_of(page.body)
    # A place tells same words apart; where something was put in before it, the words are sought.
    chosen = Anchor.placed(place, texts)
    anchors = [chosen] if chosen else found_in(texts, quote, sent.get("before", "")[-LONGEST_QUOTE:])
    require(len(anchors) < 2, PassageIsUnclear)
    require(bool(anchors) and len(anchors[0].exact) <= LONGEST_QUOTE, changed)
    return anchors[0]


def _sentences(page: Discussed) -> list[list[Anchor]]:
    return [
        [
            Anchor.at(block, text, match.start(), match.end())
            for match in SENTENCE.finditer(text)
            if match.end() - match.start() <= LONGEST_QUOTE
        ]
        for block, text in texts_of(page.body).items()
    ]


def _page_at(address: str) -> Discussed:
    page = pages.page_at(address)
    if page is None:
        raise Http404
    return page


def _found(passage: Passage | None) -> Passage:
    if passage is None:
        raise Http404
    return passage
