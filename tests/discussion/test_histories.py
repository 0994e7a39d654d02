"""Random histories of a thread, held against a recount from the rows."""

from datetime import UTC, datetime, timedelta
from operator import attrgetter
from uuid import uuid4

import pytest
from django.conf import settings as configured
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from commonpress.accounts.models import Guest
from commonpress.accounts.rules import Role
from commonpress.changes.keys import with_kinds
from commonpress.changes.models import Change
from commonpress.discussion import filters, queries
from commonpress.discussion.actions.bursts import count_held_votes, discard_held_votes
from commonpress.discussion.actions.claims import claim_guest
from commonpress.discussion.actions.comments import post_comment
from commonpress.discussion.actions.edits import edit_comment
from commonpress.discussion.actions.erasure import delete_comment, erase_commenter
from commonpress.discussion.actions.imports import finish_import, import_comment, set_parent
from commonpress.discussion.actions.moderation import (
    feature_comment,
    hold_comment,
    release_comment,
    remove_comment,
    restore_comment,
    unfeature_comment,
)
from commonpress.discussion.actions.threads import set_discussion
from commonpress.discussion.actions.votes import vote
from commonpress.discussion.errors import CommentIsGone, OwnComment, PassageIsChanged, QuestionIsClosed
from commonpress.discussion.filters import Filter
from commonpress.discussion.models import Claim, Comment, CommentState, Passage, RemovalReason
from commonpress.discussion.passage_text import found_in, texts_of
from commonpress.discussion.queries import Sort
from commonpress.discussion.rules import why_not_edit
from commonpress.lib.refusals import Refused
from commonpress.newsroom.actions.publishing import publish
from commonpress.newsroom.models.public_page import CommentsState
from commonpress.newsroom.models.story import Story
from commonpress.prerender.publisher import make
from tests.discussion.recount import assert_counts_agree_with_rows
from tests.factories.accounts import GuestFactory, PersonFactory
from tests.factories.discussion import comment_on, moderator
from tests.factories.passages import TEXT, marked, revise, story_with_text

some = st.integers(min_value=0, max_value=10_000)


# Each kind of page that shows a thread; "ID" is a comment of it, "PASSAGE" a question the author asks in the story.
KEPT = [
    "",
    "comments/hot/",
    "comments/featured/",
    "comments/in/ID/",
    "comments/on/",
    "comments/on/PASSAGE/latest/",
]
ASKED = uuid4()
# What an editor makes of a text about which readers write: shifted, changed, without the words, without the question.
REVISIONS = {
    "as it was": TEXT.replace("Monday", marked("Monday", mark=ASKED)),
    "with more before": TEXT.replace("<p>", "<p>It has rained a lot. ", 1).replace(
        "Monday", marked("Monday", mark=ASKED)
    ),
    "corrected": TEXT.replace("4 million euros", "6 million euros").replace("Monday", marked("Sunday", mark=ASKED)),
    "without those words": f"<p>The bridge is open again since {marked('Tuesday', mark=ASKED)}.</p>",
    "with a closed question": TEXT.replace("Monday", marked("Monday", mark=ASKED, is_open=False)),
    "without the question": TEXT,
}


class History(RuleBasedStateMachine):
    @initialize()
    def begin(self):
        self.example = transaction.atomic()
        self.example.__enter__()
        self.story = story_with_text(REVISIONS["as it was"])
        self.writers = [GuestFactory(), GuestFactory(), PersonFactory(), PersonFactory(roles=[Role.REPORTER])]
        self.moderator = moderator()
        self.first = comment_on(self.story, writer=self.writers[0]).public_id
        self.question = Passage.objects.get(mark=ASKED)
        (words,) = found_in(texts_of(self.story.body), "paid 4 million euros")
        post_comment(self.story, writer=self.writers[1], text="Is that so?", about=words)
        self.drawn = self.draw()
        self.told = self.last_change()

    def teardown(self):
        if hasattr(self, "example"):
            transaction.set_rollback(True)
            self.example.__exit__(None, None, None)

    def pick(self, number):
        comments = list(Comment.objects.filter(thread=self.story.pk).order_by("number"))
        return comments[number % len(comments)] if comments else None

    @rule(who=some, text=st.sampled_from(["A thought.", "With https://a.example"]))
    def post(self, who, text):
        comment_on(self.story, text, writer=self.writers[who % 4])

    @rule(who=some, which=some)
    def reply(self, who, which):
        parent = self.pick(which)
        try:
            comment_on(self.story, "An answer.", writer=self.writers[who % 4], parent=parent)
        except CommentIsGone:
            assert parent.state != CommentState.PUBLISHED

    @rule(who=some, which=some, value=st.sampled_from([1, -1, 0]))
    def cast(self, who, which, value):
        comment, voter = self.pick(which), self.writers[who % 4]
        if comment is None:
            return
        try:
            vote(comment, page=self.story, voter=voter, value=value)
        except CommentIsGone:
            assert comment.state != CommentState.PUBLISHED
        except OwnComment:
            assert comment.is_by(voter)

    @rule(which=some, verb=st.sampled_from([release_comment, hold_comment]))
    def decide(self, which, verb):
        if comment := self.pick(which):
            verb(comment, by=self.moderator)

    @rule(which=some, verb=st.sampled_from([feature_comment, unfeature_comment]))
    def feature(self, which, verb):
        if comment := self.pick(which):
            verb(comment, by=self.moderator)

    @rule(state=st.sampled_from([CommentsState.OPEN, CommentsState.CLOSED]))
    def publish_it_again(self, state):
        self.story.title += "!"
        publish(self.story)
        set_discussion(self.story, state, by=self.moderator)
        # Whatever is tried on a closed one is refused; that is other tests' business.
        set_discussion(self.story, CommentsState.OPEN, by=self.moderator)

    @rule(who=some, words=st.sampled_from(["paid 4 million euros", "The council paid 6 million", "Nobody knows"]))
    def post_about_words(self, who, words):
        places = found_in(texts_of(self.story.body), words)
        if len(places) == 1:
            post_comment(self.story, writer=self.writers[who % 4], text="Is that so?", about=places[0])

    @rule(who=some)
    def answer_the_author(self, who):
        self.question.refresh_from_db()
        try:
            post_comment(self.story, writer=self.writers[who % 4], text="On foot.", about=self.question)
        except (PassageIsChanged, QuestionIsClosed):
            assert not self.question.may_be_answered

    @rule(how=st.sampled_from(list(REVISIONS)))
    def revise(self, how):
        self.story = revise(self.story, REVISIONS[how])

    @rule(which=some)
    def restore(self, which):
        if comment := self.pick(which):
            restore_comment(comment, by=self.moderator, reason="A quotation.")

    @rule(which=some)
    def remove(self, which):
        if comment := self.pick(which):
            remove_comment(comment, by=self.moderator, reason=RemovalReason.OTHER)

    @rule(which=some, text=st.sampled_from(["Another thought.", "Now with https://b.example"]))
    def edit(self, which, text):
        comment = self.pick(which)
        writer = comment and owner_of(comment)
        if writer is None:
            return
        try:
            edit_comment(comment, page=self.story, by=writer, text=text, stood=comment.wording)
        except Refused:
            assert why_not_edit(comment, timezone.now()) is not None

    @rule(which=some)
    def delete(self, which):
        comment = self.pick(which)
        if comment is not None and (writer := owner_of(comment)) is not None:
            delete_comment(comment, by=writer)

    @rule(which=some, verb=st.sampled_from([count_held_votes, discard_held_votes]))
    def decide_on_votes(self, which, verb):
        if comment := self.pick(which):
            verb(comment, by=self.moderator)

    @rule(who=some)
    def erase(self, who):
        erase_commenter(self.writers[who % 4])
        # An erased person's guests are gone with them.
        for place, writer in enumerate(self.writers):
            if isinstance(writer, Guest) and not Guest.objects.filter(pk=writer.pk).exists():
                self.writers[place] = GuestFactory()

    @rule(guest=some, person=some)
    def claim(self, guest, person):
        claim_guest(self.writers[guest % 2], by=self.writers[2 + person % 2])

    @rule(
        minutes=st.lists(st.integers(0, 500), min_size=1, max_size=4),
        state=st.sampled_from([CommentState.PUBLISHED, CommentState.HELD, CommentState.REMOVED]),
        parents=st.lists(some, min_size=4, max_size=4),
    )
    def bring_in(self, minutes, state, parents):
        at = datetime(2020, 5, 1, tzinfo=UTC)
        made = [
            import_comment(
                self.story, html="Old.", name="Tom", created_at=at + timedelta(minutes=minute), state=state, ups=minute
            )
            for minute in minutes
        ]
        for comment, parent in zip(made, parents, strict=False):
            set_parent(comment, self.pick(parent))
        finish_import(self.story)

    def draw(self):
        """Return what each kept page is now, with the keys it names; None where there is no such page."""
        names = {"PASSAGE": self.question.public_id, "ID": self.first}
        paths = [self.story.path_here + "/".join(names.get(part, part) for part in tail.split("/")) for tail in KEPT]
        return {path: page and (page.answers[b""].body, page.keys) for path in paths for page in [make(path.encode())]}

    def last_change(self):
        return Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

    @invariant()
    def a_page_that_is_another_now_was_told(self):
        if not hasattr(self, "story"):
            return
        told = with_kinds(Change.objects.filter(pk__gt=self.told).values_list("key", flat=True))
        now = self.draw()
        for path, before in self.drawn.items():
            # What was no page was not kept.
            if before is not None and (now[path] is None or now[path][0] != before[0]):
                assert before[1] & told, path
        self.drawn, self.told = now, self.last_change()

    @invariant()
    def counts_agree(self):
        if hasattr(self, "story"):
            assert_counts_agree_with_rows(self.story)

    @invariant()
    def the_view_shows_what_is_published_and_nothing_else(self):
        if not hasattr(self, "story"):
            return
        view = queries.view_of(self.story.pk, Sort.OLDEST)
        shown = {entry.comment.pk for entry in view.entries if entry.comment and entry.comment.is_published}
        published = Comment.objects.filter(thread=self.story.pk, state=CommentState.PUBLISHED)
        assert shown == set(published.values_list("pk", flat=True))

    @invariant()
    def each_order_is_that_of_its_keys(self):
        if not hasattr(self, "story"):
            return
        roots = list(Comment.objects.filter(thread=self.story.pk, parent=None, is_shown=True))
        for sort, column in queries.ORDER.items():
            view = queries.view_of(self.story.pk, sort)
            shown = [entry.comment.pk for entry in view.entries if entry.comment and entry.level == 0]
            wanted = sorted(roots, key=attrgetter(column.lstrip("-")), reverse=column.startswith("-"))
            assert shown == [root.pk for root in wanted]

    @invariant()
    def each_kind_is_what_rows_say(self):
        if not hasattr(self, "story"):
            return
        published = Comment.objects.filter(thread=self.story.pk, state=CommentState.PUBLISHED).order_by("-key_new")
        for kind, is_one in KINDS.items():
            shown = [entry.comment.pk for entry in filters.filtered(self.story.pk, kind).entries]
            assert shown == [comment.pk for comment in published if is_one(comment)]

    @invariant()
    def a_passage_stands_in_the_text_or_says_that_it_does_not(self):
        if not hasattr(self, "story"):
            return
        texts = texts_of(Story.objects.get(pk=self.story.pk).body)
        for passage in Passage.objects.filter(thread=self.story.pk):
            assert passage.is_orphaned or passage.anchor.stands_in(texts)


KINDS = {
    Filter.FEATURED: attrgetter("is_featured"),
    Filter.ANSWERS: attrgetter("is_answer"),
    Filter.FEEDBACK: lambda comment: comment.passage_id is not None,
}


def owner_of(comment):
    """Return who may change a comment: a guest's whom a person claimed is that person's."""
    claim = Claim.objects.filter(guest=comment.guest_id).select_related("person").first()
    return claim.person if claim else comment.writer


@pytest.mark.django_db
@pytest.mark.both_databases
def test_whatever_happens_to_a_thread_its_counts_agree_with_its_rows(monkeypatch):
    # Each second vote of a guest is held back.
    monkeypatch.setattr(configured, "NEWCOMERS_VOTES", 1)
    run_state_machine_as_test(
        History,
        settings=settings(
            max_examples=8,
            stateful_step_count=14,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
