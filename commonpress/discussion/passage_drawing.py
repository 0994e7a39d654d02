"""The ways to what is said on passages, put into the story's own text."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commonpress.discussion.models import Passage
from commonpress.discussion.passage_text import Plain
from commonpress.newsroom.marks import without_marks


class InStory(NamedTuple):
    """The passages of a page by the ids of their blocks, and where they are all listed."""

    by_block: dict[str, list[Passage]]
    address: str


def in_story(passages: Iterable[Passage], path: str) -> InStory:
    by_block: dict[str, list[Passage]] = {}
    for passage in passages:
        if not passage.is_orphaned:
            by_block.setdefault(passage.block, []).append(passage)
    return InStory(by_block, f"{path}comments/on/")


def with_passages(source: str, block: Any, passages: InStory | None) -> str:
    """Return the HTML of a block without marks and with a note behind each question, and at the end of each paragraph
    that readers talk about.
    """
    source = without_marks(source)
    here = passages.by_block.get(block.id, []) if passages is not None and block else []
    if not here or passages is None:
        return source
    plain = Plain(source)
    notes: dict[int, list[Passage]] = {}
    for passage in here:
        # A draft may say something else than what is published.
        if passage.anchor.stands_in({passage.block: plain.text}):
            line_end = plain.text.find("\n", passage.end)
            end = passage.end if passage.is_question else len(plain.text) if line_end < 0 else line_end
            notes.setdefault(plain.behind(end), []).append(passage)
    for place in sorted(notes, reverse=True):
        of_readers = [passage for passage in notes[place] if not passage.is_question]
        html = "".join(_note([passage], passages.address) for passage in notes[place] if passage.is_question)
        html += _note(of_readers, passages.address) if of_readers else ""
        source = source[:place] + html + source[place:]
    return source


def _note(about: list[Passage], address: str) -> str:
    first, count = about[0], sum(passage.published_count for passage in about)
    said = ngettext("%(count)s comment on words here", "%(count)s comments on words here", count) % {"count": count}
    if first.is_question:
        said = _("The author asks: %(question)s") % {"question": first.question}
        answers = ngettext("%(count)s answer", "%(count)s answers", count) % {"count": count}
        said = f"{said} ({answers})"
    where = address if len(about) > 1 else f"{address}{first.public_id}/"
    return format_html(
        '<passage-note class="note" id="{}"><a href="{}" title="{}" aria-label="{}">{}</a></passage-note>',
        first.html_id,
        where,
        said,
        said,
        count or "?",
    )
