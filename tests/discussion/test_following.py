"""Readers who are told of a discussion, from the form to a real mail server."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from commonpress.accounts.erasing import erase
from commonpress.discussion import rates, topics
from commonpress.discussion.actions.claims import claim_guest
from commonpress.discussion.actions.erasure import erase_commenter
from commonpress.discussion.actions.following import follow_discussion
from commonpress.discussion.actions.ignoring import ignore_writer_of
from commonpress.discussion.actions.moderation import hold_comment, release_comment, remove_comment
from commonpress.discussion.models import Comment, RemovalReason
from commonpress.discussion.tasks import announce_comment
from commonpress.discussion.topics import What
from commonpress.newsroom.actions.publishing import unpublish
from commonpress.newsroom.models.byline import Byline
from commonpress.newsroom.models.public_page import CommentsState
from commonpress.newsroom.models.story import Story
from commonpress.notices import composing
from commonpress.notices.composing import composed
from commonpress.notices.digest import send_digests
from commonpress.notices.models import Follow, Letter, Notice, Pace, Subscriber
from commonpress.notices.schedules import forget_what_nobody_confirmed
from commonpress.notices.tasks import post_letter
from tests.factories.accounts import GuestFactory, PersonFactory, make_person
from tests.factories.discussion import comment_on, moderator, story_to_discuss
from tests.factories.newsroom import make_publication
from tests.factories.notices import follower
from tests.mailbox import html_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

ADA = "ada@readers.example"
GUEST_FORM = {"text": "What about the ferry?", "name": "Mara", "tell": "replies", "address": ADA}


@pytest.fixture(autouse=True)
def full_buckets():
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def reader() -> Client:
    return Client(headers={"sec-fetch-site": "same-origin"})


def signed_in(person) -> Client:
    client = Client(headers={"sec-fetch-site": "same-origin"})
    client.force_login(person)
    return client


def link_in(mail, words) -> str:
    """Return the path of the first address after some words in the plain part."""
    return re.search(rf"{words}[^\n]*\nhttp://[^/\s]+(/\S+)", text_of(mail))[1]


def follow_all(story, *, person=None, pace=Pace.NOW, what=What.ALL):
    person = person or make_person()
    follow_discussion(story, what=what, pace=pace, writer=person)
    return person


def test_a_guest_confirms_gets_a_reply_by_mail_and_stops_with_one_click(reader, mailbox, run_jobs):
    story = story_to_discuss("The bridge stays closed")

    posted = reader.post(f"/-/compose/{story.pk}", GUEST_FORM)
    question = Comment.objects.get()
    assert posted["Location"] == f"/-/follow/at/{question.public_id}/asked"
    assert "Please look into your mail" in reader.get(posted["Location"]).content.decode()
    comment_on(story, "Nobody tells you this yet.", parent=question)
    run_jobs()
    (asking,) = mailbox.mails
    page = link_in(asking, "If you want that")
    assert "The bridge stays closed (replies to me)" in text_of(asking)
    # A mail scanner looks, and nothing happens.
    assert "Yes, write to me" in Client().get(page).content.decode()
    assert Follow.objects.get().confirmed_at is None

    done = reader.post(page, {"follow": Follow.objects.get().pk, "then": "confirm"})
    assert "Confirmed." in done.content.decode()
    reply = comment_on(story, "It sails on **Sundays**.", parent=question, name="Tom")
    comment_on(story, "Something else.", name="Pit")
    run_jobs()

    (_asking, told) = mailbox.mails
    assert (told["To"], told["Subject"]) == (ADA, "Reply to you: The bridge stays closed")
    assert "Tom wrote on “The bridge stays closed”:\n\n> It sails on Sundays.\n" in text_of(told)
    assert f"/c/{reply.public_id}/" in text_of(told)
    assert f"/c/{reply.public_id}/" in html_of(told)
    one_click = re.fullmatch(r"<http://[^/]+(/\S+)>", told["List-Unsubscribe"].strip())[1]
    assert told["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert told["List-Id"] == f"<thread-{story.pk}.localhost>"
    assert told["Auto-Submitted"] == "auto-generated"
    assert told["References"] == told["In-Reply-To"]

    # As a mail provider sends it: no cookie, no origin, no token.
    answer = Client(enforce_csrf_checks=True).post(
        one_click, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 200
    comment_on(story, "And on Mondays.", parent=question)
    run_jobs()
    assert len(mailbox.mails) == 2


def test_a_person_is_told_at_their_own_address_without_being_asked(mailbox, run_jobs):
    story = story_to_discuss()
    ada = make_person(ADA, display_name="Ada")

    posted = signed_in(ada).post(
        f"/-/compose/{story.pk}", {"text": "Why?", "tell": "replies", "address": "x@y.example"}
    )
    comment_on(story, "Because.", parent=Comment.objects.get())
    run_jobs()

    assert posted["Location"].startswith(f"{story.path_here}#c-")
    assert [mail["To"] for mail in mailbox.mails] == [ADA]


def test_a_person_whose_address_is_not_proven_is_asked_like_anybody(mailbox, run_jobs):
    story = story_to_discuss()

    signed_in(PersonFactory(email=ADA)).post(f"/-/follow/{story.pk}", {"tell": "all"})
    comment_on(story, "News.")
    run_jobs()

    assert [mail["Subject"] for mail in mailbox.mails] == ["Commonpress: please confirm that you want our letters"]


def test_the_answer_is_the_same_for_an_address_we_know_and_for_one_we_do_not(reader):
    story = story_to_discuss()
    make_person("known@readers.example")
    follower(topics.topic(story.pk, What.ALL), email="follows@readers.example")
    answers = []

    for address in ("known@readers.example", "follows@readers.example", "nobody@readers.example"):
        answer = Client(headers={"sec-fetch-site": "same-origin"}).post(
            f"/-/follow/{story.pk}", {"tell": "all", "address": address}, follow=True
        )
        answers.append((answer.redirect_chain, answer.content, dict(answer.cookies)))

    assert answers[0] == answers[1] == answers[2]


def test_a_confirmation_says_no_word_that_a_commenter_chose(reader, mailbox, run_jobs):
    story = story_to_discuss("The bridge stays closed")

    reader.post(
        f"/-/compose/{story.pk}",
        {"text": "CANARY-TEXT https://evil.example", "name": "CANARY-NAME", "tell": "all", "address": ADA},
    )
    run_jobs()

    (asking,) = mailbox.mails
    assert "CANARY" not in asking.as_string()
    assert "evil" not in asking.as_string()
    assert "The bridge stays closed" in text_of(asking)


@pytest.mark.parametrize(
    "address",
    ["", "ada", "a@b@c.example", "ada@readers.example\nBcc: bo@readers.example", "x" * 250 + "@readers.example"],
)
def test_a_wrong_address_is_said_beside_its_field_and_the_text_is_kept(reader, address):
    story = story_to_discuss()

    answer = reader.post(f"/-/compose/{story.pk}", GUEST_FORM | {"address": address})

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Please give an e-mail address" in html
    assert "What about the ferry?" in html
    assert '<option value="replies" selected>' in html
    assert not Comment.objects.exists()
    assert not Follow.objects.exists()


def test_who_wants_nothing_needs_no_address(reader):
    story = story_to_discuss()

    reader.post(f"/-/compose/{story.pk}", {"text": "Just this.", "tell": "", "address": ADA})

    assert Comment.objects.count() == 1
    assert not Subscriber.objects.exists()


def test_a_second_click_asks_once(reader, mailbox, run_jobs):
    story = story_to_discuss()

    for _click in range(2):
        reader.post(f"/-/compose/{story.pk}", GUEST_FORM | {"once": "one-key-of-a-form"})
    run_jobs()

    assert (Comment.objects.count(), Follow.objects.count(), len(mailbox.mails)) == (1, 1, 1)


def test_a_network_that_asks_for_many_letters_is_refused_and_keeps_its_text(reader, monkeypatch):
    monkeypatch.setattr(rates, "ASKED_PER_HOUR", 2)
    story = story_to_discuss()
    answers = [
        Client(headers={"sec-fetch-site": "same-origin"}).post(
            f"/-/compose/{story.pk}", GUEST_FORM | {"text": f"Text {n}", "address": f"v{n}@readers.example"}
        )
        for n in range(3)
    ]

    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert "Text 2" in answers[2].content.decode()
    assert (Comment.objects.count(), Subscriber.objects.count()) == (2, 2)


def test_with_scripts_the_note_stands_under_the_comment(reader):
    story = story_to_discuss()

    answer = reader.post(f"/-/compose/{story.pk}", GUEST_FORM, headers={"x-fragment": "1"})

    html = answer.content.decode()
    assert answer.status_code == 201
    assert html.index("</article>") < html.index("Please look into your mail") < html.index("</li>")


def test_several_follows_of_one_event_are_one_mail_with_the_nearest_reason(mailbox, run_jobs):
    story = story_to_discuss()
    ada = make_person(ADA)
    for what in What:
        follow_all(story, person=ada, what=what, pace=Pace.DAILY if what == What.REPLIES else Pace.NOW)
    question = comment_on(story, "Why?", writer=ada)

    author = make_person(display_name="Ann Author")
    Byline.objects.create(name="Ann Author", slug="ann", person=author).story_bylines.create(story=story)
    comment_on(story, "Because.", writer=author, parent=question)
    run_jobs()

    assert [mail["Subject"] for mail in mailbox.mails] == ["Reply to you: The bridge stays closed"]


def test_answers_from_the_author_and_the_editors_are_told_and_others_are_not(mailbox, run_jobs):
    story = story_to_discuss()
    follow_all(story, what=What.ANSWERS)
    author = make_person()
    Byline.objects.create(name="Ann Author", slug="ann", person=author).story_bylines.create(story=story)

    comment_on(story, "From nobody.")
    comment_on(story, "From the author.", writer=author)
    comment_on(story, "From the desk.", writer=make_person("", "editor"))
    run_jobs()

    subjects = [mail["Subject"].partition(":")[0] for mail in mailbox.mails]
    assert subjects == ["Answer from the author", "Answer from the editors"]


def test_nobody_is_told_of_what_they_wrote_themselves(mailbox, run_jobs):
    story = story_to_discuss()
    ada, guest = follow_all(story), GuestFactory()
    follower(topics.topic(story.pk, What.ALL), email="guest@readers.example", asked_by=guest.voter_key)

    comment_on(story, "Mine.", writer=ada)
    comment_on(story, "Mine as well.", writer=guest)
    run_jobs()

    assert sorted(mail["To"] for mail in mailbox.mails) == sorted([ada.email, "guest@readers.example"])
    assert ["Mine as well." in text_of(mail) for mail in mailbox.mails if mail["To"] == ada.email] == [True]


def test_a_held_comment_is_told_once_it_is_released(mailbox, run_jobs):
    story = story_to_discuss()
    follow_all(story)
    comment = comment_on(story, "See https://a.example for more.")
    run_jobs()
    assert mailbox.mails == []

    for _again in range(2):
        release_comment(comment, by=moderator())
        hold_comment(comment, by=moderator())
    release_comment(comment, by=moderator())
    run_jobs()

    assert len(mailbox.mails) == 1
    assert "> See […] for more." in text_of(mailbox.mails[0])
    assert "a.example" not in mailbox.mails[0].as_string()


def withdrawn_by(name, story, comment, person):
    """Do what makes a comment not to be told any more."""
    if name == "held":
        hold_comment(comment, by=moderator())
    if name == "removed":
        remove_comment(comment, by=moderator(), reason=RemovalReason.SPAM)
    if name == "erased":
        erase_commenter(comment.guest)
    if name == "switched off":
        Story.objects.filter(pk=story.pk).update(comments_state=CommentsState.OFF)
    if name == "withdrawn":
        unpublish(story)
    if name == "private":
        PageViewRestriction.objects.create(page=story, restriction_type=PageViewRestriction.LOGIN)
    if name == "no longer let in":
        person.is_active = False
        person.save()
    if name == "ignored":
        ignore_writer_of(comment, by=person)
    if name == "stopped":
        Follow.objects.all().delete()


WITHDRAWN = [
    "held",
    "removed",
    "erased",
    "switched off",
    "withdrawn",
    "private",
    "no longer let in",
    "ignored",
    "stopped",
]


@pytest.mark.parametrize("pace", [Pace.NOW, Pace.DAILY])
@pytest.mark.parametrize("what", WITHDRAWN)
def test_what_is_gone_before_the_mail_goes_is_not_told(mailbox, run_jobs, what, pace):
    story = story_to_discuss()
    person = follow_all(story, pace=pace)
    comment = comment_on(story, "Canary")
    announce_comment.func(comment.pk)
    assert Notice.objects.count() == 1
    if pace == Pace.DAILY:
        Notice.objects.update(due_at=timezone.now())
        send_digests(timezone.now())
    assert Letter.objects.count() == 1

    withdrawn_by(what, story, comment, person)
    run_jobs()

    assert mailbox.mails == []
    assert not Letter.objects.exists()


def test_a_guest_is_not_told_of_whom_they_ignore(mailbox, run_jobs):
    story = story_to_discuss()
    guest, loud = GuestFactory(), PersonFactory()
    follower(topics.topic(story.pk, What.ALL), email="guest@readers.example", asked_by=guest.voter_key)
    ignore_writer_of(comment_on(story, "Loud.", writer=loud), by=guest)

    comment_on(story, "Louder.", writer=loud)
    comment_on(story, "Quiet.")
    run_jobs()

    assert [("Quiet." in text_of(mail)) for mail in mailbox.mails] == [True]


def test_a_digest_tells_all_threads_in_one_mail_without_what_was_removed(mailbox, run_jobs):
    make_publication(name="The Courier")
    ferry, bridge = story_to_discuss("The ferry"), story_to_discuss("The bridge")
    ada = make_person(ADA)
    for story in (ferry, bridge):
        follow_all(story, person=ada, pace=Pace.DAILY)
    gone = comment_on(ferry, "Gone.")
    comment_on(ferry, "On the ferry.", name="Tom")
    comment_on(bridge, "On the bridge.")
    run_jobs()
    assert mailbox.mails == []

    remove_comment(gone, by=moderator(), reason=RemovalReason.SPAM)
    Notice.objects.update(due_at=timezone.now())
    for _twice in range(2):
        send_digests(timezone.now())
        run_jobs()

    (digest,) = mailbox.mails
    assert digest["Subject"] == "The Courier: 2 new comments you asked for"
    assert digest["List-Id"] == "<digest.localhost>"
    assert "Gone." not in text_of(digest) + html_of(digest)
    for words in ("THE FERRY", "> On the ferry.", "New comment, Tom:", "THE BRIDGE", "> On the bridge."):
        assert words in text_of(digest)
    assert Notice.objects.count() == 2


def test_a_digest_of_more_than_it_shows_counts_the_rest_and_puts_only_what_it_shows_into_words(
    mailbox, run_jobs, monkeypatch
):
    monkeypatch.setattr(composing, "MOST_TOLD", 2)
    quoted = []
    monkeypatch.setattr(topics, "quote", lambda html: quoted.append(html) or html)
    story = story_to_discuss()
    follow_all(story, pace=Pace.DAILY)
    for number in range(5):
        comment_on(story, f"News {number}.")
    run_jobs()
    remove_comment(Comment.objects.get(number=1), by=moderator(), reason=RemovalReason.SPAM)

    send_digests(timezone.now() + timedelta(days=2))
    run_jobs()

    (digest,) = mailbox.mails
    assert sorted(quoted) == ["<p>News 1.</p>", "<p>News 2.</p>"]
    assert digest["Subject"].endswith(": 4 new comments you asked for")
    assert ["News 1." in text_of(digest), "News 2." in text_of(digest), "News 3." in text_of(digest)] == [1, 1, 0]
    assert Notice.objects.count() == 4


def test_a_digest_takes_the_same_queries_for_one_comment_and_for_three(django_assert_num_queries):
    story = story_to_discuss()
    ada = follow_all(story, pace=Pace.DAILY)
    letters = []
    for times in (1, 3):
        for _number in range(times):
            announce_comment.func(comment_on(story, "News.", writer=GuestFactory()).pk)
        send_digests(timezone.now() + timedelta(days=2))
        letters.append(Letter.objects.latest("pk"))

    with CaptureQueriesContext(connection) as for_one:
        composed(letters[0])
    with django_assert_num_queries(len(for_one)):
        told = composed(letters[1])

    assert (told.to, told.words.subject.partition(": ")[2]) == (ada.email, "3 new comments you asked for")


def test_a_job_killed_at_any_moment_and_run_again_sends_one_mail(mailbox, run_jobs, monkeypatch):
    story = story_to_discuss()
    follow_all(story)
    comment = comment_on(story, "News.")
    announce_comment.func(comment.pk)
    announce_comment.func(comment.pk)
    letter = Letter.objects.get()

    def die(letter):
        raise SystemExit

    # Killed before it was marked as sent: nobody knows whether the mail went out, so it is not sent again.
    monkeypatch.setattr("commonpress.notices.tasks._forget_text", die)
    with pytest.raises(SystemExit):
        post_letter.func(letter.pk)
    monkeypatch.undo()
    post_letter.func(letter.pk)
    run_jobs()

    assert len(mailbox.received) == 1


def test_a_refusal_for_now_is_tried_again_and_a_mailbox_that_is_gone_is_told_no_more(mailbox):
    story = story_to_discuss()
    follow_all(story)
    for number in range(4):
        announce_comment.func(comment_on(story, f"News {number}.").pk)
        letter = Letter.objects.filter(handed_over_at=None).order_by("pk").first()
        if letter is None:
            break
        mailbox.refuse_next = "451 Come back later"
        with pytest.raises(OSError, match="Come back later"):
            post_letter.func(letter.pk)
        mailbox.refuse_next = "550 No such mailbox"
        post_letter.func(letter.pk)

    assert number == 3
    assert not Follow.objects.exists()
    assert mailbox.received == []


def test_a_claim_moves_the_replies_a_guest_asked_for_to_the_person(mailbox, run_jobs):
    story = story_to_discuss()
    guest, ada = GuestFactory(), make_person(ADA)
    question = comment_on(story, "Why?", writer=guest)
    follow_discussion(story, what=What.REPLIES, pace=Pace.NOW, writer=guest, email="typed@readers.example")
    follow_discussion(story, what=What.ALL, pace=Pace.NOW, writer=guest, email="typed@readers.example")
    Letter.objects.all().delete()

    claim_guest(guest, by=ada)
    claim_guest(guest, by=ada)
    comment_on(story, "Because.", parent=question)
    comment_on(story, "Mine.", writer=ada, parent=question)
    run_jobs()

    assert [(mail["To"], mail["Subject"].partition(":")[0]) for mail in mailbox.mails] == [(ADA, "Reply to you")]
    assert Follow.objects.get(confirmed_at=None).subscriber.email == "typed@readers.example"


def test_an_erased_person_leaves_no_follow_no_notice_and_no_letter(mailbox, run_jobs):
    story = story_to_discuss()
    ada = follow_all(story, person=make_person(ADA))
    announce_comment.func(comment_on(story, "News.").pk)

    erase(ada)
    run_jobs()

    assert (Subscriber.objects.count(), Follow.objects.count(), Notice.objects.count()) == (0, 0, 0)
    assert not Letter.objects.exists()
    assert mailbox.mails == []


def test_an_erased_guest_leaves_no_letter_and_what_they_typed_is_forgotten_in_a_month():
    story = story_to_discuss()
    guest = GuestFactory()
    comment_on(story, writer=guest)
    follow_discussion(story, what=What.REPLIES, pace=Pace.NOW, writer=guest, email=ADA)

    erase_commenter(guest)

    assert not Follow.objects.exists()
    assert not Letter.objects.filter(to=ADA).exists()
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        forget_what_nobody_confirmed.func()
    assert not Subscriber.objects.exists()


def test_a_person_who_proves_another_address_is_told_there(mailbox, run_jobs, rf):
    from allauth.account.models import EmailAddress
    from allauth.account.signals import email_changed

    story = story_to_discuss()
    ada = follow_all(story, person=make_person(ADA))
    ada.email = "new@readers.example"
    ada.save()
    EmailAddress.objects.filter(user=ada).update(email=ada.email)

    email_changed.send(sender=type(ada), request=rf.get("/"), user=ada, from_email_address=None, to_email_address=None)
    comment_on(story, "News.")
    run_jobs()

    assert [mail["To"] for mail in mailbox.mails] == ["new@readers.example"]


def test_a_discussion_nobody_follows_costs_no_job():
    from django_tasks_db.models import DBTaskResult

    comment_on(story_to_discuss())

    assert not DBTaskResult.objects.filter(task_path__contains="announce").exists()
