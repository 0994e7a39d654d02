"""Random histories of a thread, held against a recount from the rows."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from commonpress.accounts.models import Guest
from commonpress.discussion import queries
from commonpress.discussion.actions.claims import claim_guest
from commonpress.discussion.actions.erasure import erase_commenter
from commonpress.discussion.actions.imports import finish_import, import_comment, set_parent
from commonpress.discussion.actions.moderation import hold_comment, release_comment, remove_comment, restore_comment
from commonpress.discussion.actions.votes import vote
from commonpress.discussion.errors import CommentIsGone, OwnComment
from commonpress.discussion.models import Comment, CommentState, RemovalReason
from commonpress.discussion.queries import Sort
from tests.discussion.recount import assert_counts_agree_with_rows
from tests.factories.accounts import GuestFactory, PersonFactory
from tests.factories.discussion import comment_on, moderator, story_to_discuss

some = st.integers(min_value=0, max_value=10_000)


class History(RuleBasedStateMachine):
    @initialize()
    def begin(self):
        self.example = transaction.atomic()
        self.example.__enter__()
        self.story = story_to_discuss()
        self.writers = [GuestFactory(), GuestFactory(), PersonFactory(), PersonFactory()]
        self.moderator = moderator()
        comment_on(self.story, writer=self.writers[0])

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

    @rule(which=some)
    def restore(self, which):
        if comment := self.pick(which):
            restore_comment(comment, by=self.moderator, reason="A quotation.")

    @rule(which=some)
    def remove(self, which):
        if comment := self.pick(which):
            remove_comment(comment, by=self.moderator, reason=RemovalReason.OTHER)

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


@pytest.mark.django_db
@pytest.mark.both_databases
def test_whatever_happens_to_a_thread_its_counts_agree_with_its_rows():
    run_state_machine_as_test(
        History,
        settings=settings(
            max_examples=12,
            stateful_step_count=14,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
