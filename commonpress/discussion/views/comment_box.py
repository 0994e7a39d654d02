"""Comments and replies, answered before Django is asked."""

import re
from asyncio import to_thread
from typing import NamedTuple
from urllib.parse import parse_qsl

from django.forms import ValidationError
from django.utils import timezone, translation

from commonpress.database.plain import fetched
from commonpress.discussion import markup, rates, rules
from commonpress.discussion.actions.comments import post_on_sheet
from commonpress.discussion.drawing import count_html, posted_html
from commonpress.discussion.forms import name_of_guest
from commonpress.discussion.sheets import answered_on, sheet_for
from commonpress.discussion.views.boxes import Box, NotPlain
from commonpress.discussion.views.comments import claim_note
from commonpress.lib import once

# What our form has for who is nobody's account and wants to be told of nothing; the others it sends are empty.
FILLED = frozenset(("text", "name", "once", "then"))
EMPTY = frozenset(("writes_as", "tell", "pace", "address"))
# What is longer is read by Django, out of the loop.
LONGEST_TEXT = 2000


class Sent(NamedTuple):
    text: str
    name: str
    once: str


class CommentBox(Box):
    address = re.compile(r"/-/compose/([0-9]{1,9})(?:/([A-Za-z0-9]{11}))?")
    # Each character of a text may be nine in the form.
    longest = 9 * LONGEST_TEXT
    status = 201

    def sent(self, body: bytes) -> Sent | None:
        try:
            pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=len(FILLED | EMPTY))
        except ValueError:
            return None
        fields = dict(pairs)
        key = once.key_of(fields)
        is_ours = (
            key is not None
            and len(fields) == len(pairs)
            and fields.get("then", "post") == "post"
            and all(name in FILLED or (name in EMPTY and not value) for name, value in pairs)
            and len(fields.get("text", "")) <= LONGEST_TEXT
            and not any("\0" in value for value in fields.values())
        )
        return Sent(fields.get("text", ""), fields.get("name", ""), key) if is_ours and key else None

    def buckets(self, identity: str, place: str) -> rates.Buckets:
        return rates.comments_buckets(identity, place)

    async def done(self, asked: re.Match[str], sent: Sent, identity: str) -> str:
        page_key, answered = int(asked[1]), asked[2]
        text = markup.clean_text(sent.text)
        # Where a parser has to read it, that may take as long as a page.
        comment_html = markup.render(text) if markup.is_plain(text) else await to_thread(markup.render, text)
        if not comment_html:
            raise NotPlain
        html: str = await self.database.do_in_a_group_for_loop(
            lambda: post(page_key, answered, identity, sent._replace(text=text), comment_html)
        )
        return html


def post(page_key: int, answered: str | None, identity: str, sent: Sent, comment_html: str) -> str:
    """Post a comment or a reply and return it as its writer sees it. Raises NotPlain and Refused."""
    sheet = sheet_for(page_key, identity, sent.once)
    if sheet is None:
        raise NotPlain
    parent = answered_on(sheet, answered) if answered else None
    if answered and (parent is None or not rules.may_reply_to(parent)):
        raise NotPlain
    with translation.override(sheet.language), timezone.override(sheet.zone):
        try:
            name = name_of_guest(sent.name)
        except ValidationError:
            raise NotPlain from None
        comment = post_on_sheet(sheet, text=sent.text, html=comment_html, name=name, parent=parent, once=sent.once)
        html = posted_html(comment, sheet.place)
        if comment.is_published:
            ((published,),) = fetched("SELECT published_count FROM discussion_thread WHERE page_id = %s", [page_key])
            html += count_html(published, is_open=True)
        return html + claim_note(sheet.language)
