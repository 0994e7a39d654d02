"""Everything that happens to a paper and changes a page of it."""

from datetime import timedelta

import time_machine
from django.utils import timezone
from taggit.models import Tag

from commonpress.accounts.actions.badges import give_badge
from commonpress.accounts.models import Badge
from commonpress.accounts.rules import Role
from commonpress.discussion.actions.bursts import count_held_votes
from commonpress.discussion.actions.comments import post_comment
from commonpress.discussion.actions.edits import edit_comment
from commonpress.discussion.actions.erasure import delete_comment
from commonpress.discussion.actions.moderation import feature_comment, hold_comment, remove_comment
from commonpress.discussion.actions.votes import vote
from commonpress.discussion.models import Passage, RemovalReason, Standing, Vote
from commonpress.discussion.passage_text import found_in, texts_of
from commonpress.fundraising.actions.books import seal_books
from commonpress.fundraising.actions.drives import save_drive
from commonpress.fundraising.actions.erasure import erase_supporter
from commonpress.fundraising.actions.gifts import refund_gift
from commonpress.fundraising.actions.ownership import state_ownership
from commonpress.fundraising.actions.refunds import fail_refund
from commonpress.fundraising.actions.spending import Wording, correct_spending, rename_category
from commonpress.fundraising.actions.wall import decide
from commonpress.fundraising.models.ownership import OwnershipStatement
from commonpress.fundraising.models.wall import WallDecision, key_of
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries.wall import Item
from commonpress.newsroom.actions.corrections import issue_correction
from commonpress.newsroom.actions.publishing import publish, publish_due, schedule, unpublish
from commonpress.newsroom.models.publication import Publication
from tests.factories.accounts import GuestFactory, PersonFactory
from tests.factories.discussion import comment_on, moderator
from tests.factories.fundraising import make_drive, make_gift, promise, spend
from tests.factories.newsroom import DeskFactory, PlainPageFactory, StoryFactory
from tests.factories.passages import TEXT, marked, revise
from tests.prerender.paper import NOW


def publish_another(paper):
    StoryFactory(
        title="Lock repaired", slug="lock-repaired", desk=paper.harbour, bylines=[paper.byline], tags=["water"]
    )


def edit_headline(paper):
    paper.story.title = "Bridge closes for good"
    publish(paper.story)


def move_to_another_desk(paper):
    paper.story.desk = paper.sports
    publish(paper.story)


def lose_its_tag(paper):
    paper.story.tags.clear()
    publish(paper.story)


def lose_its_byline(paper):
    paper.story.story_bylines.all().delete()
    paper.story.refresh_from_db()
    publish(paper.story)


def change_its_slug(paper):
    paper.older.slug = "ferry-scrapped"
    publish(paper.older)


def open_a_desk(paper):
    DeskFactory(title="Letters", slug="letters")


def rename_a_desk(paper):
    paper.harbour.title = "Port"
    publish(paper.harbour)


def add_a_plain_page(paper):
    PlainPageFactory(title="Imprint", slug="imprint")


def rename_the_byline(paper):
    paper.byline.name = "Ada Scribe"
    paper.byline.save()


def rename_a_tag(paper):
    tag = Tag.objects.get()
    tag.name = "Rivers"
    tag.save()


def delete_a_tag(paper):
    Tag.objects.get().delete()


def caption_the_photo(paper):
    paper.photo.caption = "The bridge at midnight"
    paper.photo.save()


def rename_the_paper(paper):
    publication = Publication.load()
    publication.name = "The Other Paper"
    publication.save()


def answer_somebody(paper):
    comment_on(paper.story, "One more.", parent=paper.comment)


def answer_the_authors_question(paper):
    post_comment(paper.story, writer=GuestFactory(), text="In May.", about=Passage.objects.get())


def comment_on_some_words(paper):
    (anchor,) = found_in(texts_of(paper.story.body), "paid 4 million")
    post_comment(paper.story, writer=GuestFactory(), text="So much?", about=anchor)


def edit_the_words_asked_about(paper):
    revise(paper.story, TEXT.replace("Nobody knows", marked("Hardly anybody", mark=Passage.objects.get().mark)))


def correct_the_story(paper):
    issue_correction(paper.story, text="It was Sunday.", credit="Ben", by=PersonFactory(roles=[Role.EDITOR]))


def be_the_first_to_comment(paper):
    comment_on(paper.older, "Who bought it?")


def vote_up(paper):
    vote(paper.comment, page=paper.story, voter=GuestFactory(), value=1)


def hold_a_comment(paper):
    hold_comment(paper.comment, by=moderator())


def feature_a_comment(paper):
    feature_comment(paper.comment, by=moderator())


def answer_as_staff(paper):
    comment_on(paper.story, "We asked.", writer=PersonFactory(roles=[Role.REPORTER]), parent=paper.comment)


def remove_a_comment(paper):
    remove_comment(paper.comment, by=moderator(), reason=RemovalReason.ABUSE)


def remove_what_the_author_said(paper):
    remove_comment(paper.answer_of_hers, by=moderator(), reason=RemovalReason.OTHER)


def change_what_the_author_said(paper):
    comment = paper.answer_of_hers
    edit_comment(comment, page=paper.story, by=comment.person, text="Said otherwise.", stood=comment.wording)


def delete_what_was_answered(paper):
    delete_comment(paper.comment, by=paper.comment.guest)


def show_that_the_author_supports_the_paper(paper):
    give_badge(paper.answer_of_hers.person, Badge.Kind.SUPPORTER, until=timezone.now() + timedelta(days=9))


def count_votes_that_were_held_back(paper):
    Vote.objects.create(comment=paper.comment, voter_key="g:0", value=1, standing=Standing.HELD)
    count_held_votes(paper.comment, by=moderator())


def close_the_discussion(paper):
    paper.story.comments_state = "closed"
    publish(paper.story)


def turn_the_discussion_off(paper):
    paper.story.comments_state = "off"
    publish(paper.story)


def give(paper):
    make_gift(paper.drive, occurred_at=NOW)


def take_a_gift_back(paper):
    refund_gift(paper.gift, amount=Money(5_00, "EUR"))


def take_back_all_that_a_supporter_gave(paper):
    gift = paper.supporter.gifts.get()
    refund_gift(gift, amount=gift.amount)


def lose_on_the_way_what_went_back(paper):
    gift = paper.supporter.gifts.get()
    fail_refund(refund_gift(gift, amount=gift.amount))


def have_a_name_wait_again(paper):
    item = Item(paper.supporter.pk, None, key_of(paper.supporter.public_name))
    decide([item], WallDecision.Answer.REFUSED, by=None)


def erase_a_supporter(paper):
    erase_supporter(PersonFactory(email=paper.supporter.email))


def publish_what_was_spent(paper):
    spend(paper.drive, 30_00, month="2026-05", category="Rent")


def spend_in_a_month_before_the_first(paper):
    spend(None, 30_00, month="2026-01", category="Rent")


def correct_what_was_spent(paper):
    says = Wording(Money(90_00, "EUR"), "Wages")
    correct_spending(paper.spending, says, reason="A slip.", by=None)


def rename_what_it_was_spent_on(paper):
    rename_category(paper.spending.category, "Pay")


def say_who_owns_the_paper(paper):
    state_ownership(OwnershipStatement(legal_name="Quay Society", currency="EUR", large_from_major=10), by=None)


def seal_the_book(paper):
    make_gift(paper.drive, occurred_at=NOW)
    seal_books(NOW)


def promise_a_gift(paper):
    promise(paper.drive)


def begin_another_drive(paper):
    drive = make_drive(title="Printing press", is_current=False)
    drive.is_current = True
    save_drive(drive)


def raise_the_goal(paper):
    paper.drive.goal_minor = 9_000_00
    save_drive(paper.drive)


def publish_what_was_scheduled(paper):
    story = StoryFactory(title="Later", slug="later", published=False)
    schedule(story, at=NOW + timedelta(minutes=1))
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        publish_due()


def withdraw_a_story(paper):
    unpublish(paper.story)


def delete_a_story(paper):
    paper.older.delete()


def withdraw_a_desk(paper):
    unpublish(paper.sports)


CHANGES = [
    publish_another,
    edit_headline,
    move_to_another_desk,
    lose_its_tag,
    lose_its_byline,
    change_its_slug,
    open_a_desk,
    rename_a_desk,
    add_a_plain_page,
    rename_the_byline,
    rename_a_tag,
    delete_a_tag,
    caption_the_photo,
    rename_the_paper,
    answer_somebody,
    answer_the_authors_question,
    comment_on_some_words,
    edit_the_words_asked_about,
    correct_the_story,
    be_the_first_to_comment,
    vote_up,
    hold_a_comment,
    feature_a_comment,
    answer_as_staff,
    remove_a_comment,
    remove_what_the_author_said,
    change_what_the_author_said,
    delete_what_was_answered,
    show_that_the_author_supports_the_paper,
    count_votes_that_were_held_back,
    close_the_discussion,
    turn_the_discussion_off,
    give,
    take_a_gift_back,
    take_back_all_that_a_supporter_gave,
    lose_on_the_way_what_went_back,
    have_a_name_wait_again,
    erase_a_supporter,
    publish_what_was_spent,
    spend_in_a_month_before_the_first,
    correct_what_was_spent,
    rename_what_it_was_spent_on,
    say_who_owns_the_paper,
    seal_the_book,
    promise_a_gift,
    begin_another_drive,
    raise_the_goal,
    publish_what_was_scheduled,
    withdraw_a_story,
    delete_a_story,
    withdraw_a_desk,
]
