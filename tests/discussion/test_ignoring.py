"""Not reading somebody: for oneself alone, without a word to anybody, and without telling who is who."""

import pytest
from django.core.cache import cache
from django.test import Client

from commonpress.accounts.erasing import erase
from commonpress.discussion.actions.claims import claim_guest
from commonpress.discussion.actions.erasure import erase_commenter
from commonpress.discussion.actions.ignoring import MOST, ignore_writer_of, stop_ignoring_writer_of
from commonpress.discussion.errors import NobodyToIgnore, OwnWordsIgnored, TooManyIgnored
from commonpress.discussion.models import Comment, Ignored
from tests.factories.accounts import GuestFactory, PersonFactory
from tests.factories.discussion import comment_on, mine_of, story_to_discuss

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

SAYS = "You ignore this writer."


@pytest.fixture(autouse=True)
def full_buckets():
    cache.clear()


@pytest.fixture
def browser() -> Client:
    return Client(headers={"sec-fetch-site": "same-origin"})


def signed_in(person) -> Client:
    client = Client(headers={"sec-fetch-site": "same-origin"})
    client.force_login(person)
    return client


def ignore_some(person, count):
    guests = [GuestFactory() for _number in range(count)]
    Ignored.objects.bulk_create(Ignored(owner_key=person.voter_key, guest=guest, guest_name="") for guest in guests)


def test_what_an_ignored_writer_says_is_folded_up_for_who_ignores_them_alone():
    story, loud, me = story_to_discuss(), PersonFactory(), PersonFactory()
    first, second = comment_on(story, "One.", writer=loud), comment_on(story, "Two.", writer=loud)
    comment_on(story, "Quiet.")

    ignore_writer_of(first, by=me)

    assert set(mine_of(signed_in(me), story)["folded"]) == {first.public_id, second.public_id}
    assert mine_of(signed_in(PersonFactory()), story)["folded"] == []
    assert SAYS not in Client().get(story.path_here).content.decode()


def test_pages_made_for_one_reader_fold_it_up_without_a_script():
    story, loud, me = story_to_discuss(), PersonFactory(display_name="Lou Dean"), PersonFactory()
    question = comment_on(story, "Loud.", writer=loud)
    answer = comment_on(story, "An answer.", parent=question)
    ignore_writer_of(question, by=me)

    as_me, in_context, itself, others = (
        signed_in(who).get(address).content.decode()
        for who, address in (
            (me, f"{story.path_here}comments/as-me/"),
            (me, answer.get_absolute_url()),
            (me, question.get_absolute_url()),
            (PersonFactory(), answer.get_absolute_url()),
        )
    )

    assert [page.count(f"<summary>{SAYS}</summary>") for page in (as_me, in_context, itself, others)] == [1, 1, 0, 0]
    assert "Read <bdi>Lou Dean</bdi> again" in itself


def test_who_has_no_name_is_not_ignored_as_if_it_were_all_guests():
    comment = comment_on(story_to_discuss(), writer=PersonFactory(display_name=""))

    assert "Ignore this writer" in signed_in(PersonFactory()).get(comment.get_absolute_url()).content.decode()


def test_a_stranger_ignores_somebody_through_a_plain_page_and_reads_them_again(browser):
    story = story_to_discuss()
    comment = comment_on(story, writer=PersonFactory(display_name="Loud"))

    browser.post(f"/-/ignore/{comment.public_id}", {"ignore": "yes"})
    folded = mine_of(browser, story)["folded"]
    listed = browser.get("/-/my-comments/").content.decode()
    browser.post(f"/-/my-comments/read-again/{Ignored.objects.get().pk}")

    assert folded == [comment.public_id]
    assert "<bdi>Loud</bdi>" in listed
    assert mine_of(browser, story)["folded"] == []


def test_nobody_ends_what_another_has_decided(browser):
    comment = comment_on(story_to_discuss(), writer=PersonFactory())
    ignore_writer_of(comment, by=GuestFactory())

    browser.post(f"/-/ignore/{comment.public_id}", {"ignore": "no"})
    browser.post(f"/-/my-comments/read-again/{Ignored.objects.get().pk}")

    assert Ignored.objects.count() == 1


def test_of_a_guest_only_what_stands_under_the_same_name_is_folded_up():
    story, guest, me = story_to_discuss(), GuestFactory(), PersonFactory()
    loud = comment_on(story, "Loud.", writer=guest, name="Anna")
    comment_on(story, "What only I know.", writer=guest, name="Whistle")
    comment_on(story, "Nothing.", writer=guest)

    ignore_writer_of(loud, by=me)

    assert mine_of(signed_in(me), story)["folded"] == [loud.public_id]


def test_a_guest_and_the_person_they_are_stay_two_to_who_ignores_one():
    story, guest, person, me, other = (
        story_to_discuss(),
        GuestFactory(),
        PersonFactory(),
        PersonFactory(),
        PersonFactory(),
    )
    as_guest = comment_on(story, "As a guest.", writer=guest, name="Anna")
    as_person = comment_on(story, "Under my name.", writer=person)
    claim_guest(guest, by=person)

    ignore_writer_of(as_guest, by=me)
    ignore_writer_of(as_person, by=other)

    assert mine_of(signed_in(me), story)["folded"] == [as_guest.public_id]
    assert mine_of(signed_in(other), story)["folded"] == [as_person.public_id]


def test_whom_a_guest_ignored_the_person_ignores():
    story, guest, me = story_to_discuss(), GuestFactory(), PersonFactory()
    both, guests = comment_on(story, writer=PersonFactory()), comment_on(story, writer=PersonFactory())
    ignore_writer_of(both, by=guest)
    ignore_writer_of(guests, by=guest)
    ignore_writer_of(both, by=me)

    claim_guest(guest, by=me)

    assert set(mine_of(signed_in(me), story)["folded"]) == {both.public_id, guests.public_id}
    assert Ignored.objects.count() == 2


def test_who_turns_out_to_be_a_guest_ignores_neither_themselves_nor_more_than_there_is_room_for():
    story, guest, other, me = story_to_discuss(), GuestFactory(), GuestFactory(), PersonFactory()
    mine, as_guest = comment_on(story, writer=me), comment_on(story, writer=guest, name="Me")
    ignore_some(me, MOST - 2)
    ignore_writer_of(as_guest, by=me)
    oldest, *latest = [comment_on(story, f"{number}", writer=PersonFactory()) for number in range(3)]
    for comment in (mine, oldest, *latest):
        ignore_writer_of(comment, by=guest)
    ignore_writer_of(mine, by=other)

    for browser in (guest, other):
        claim_guest(browser, by=me)

    assert set(Ignored.objects.values_list("owner_key", flat=True)) == {me.voter_key}
    kept = set(Ignored.objects.filter(person__isnull=False).values_list("person", flat=True))
    assert kept == {comment.person_id for comment in latest}
    assert Ignored.objects.filter(guest__isnull=False).count() == MOST - 2
    assert set(mine_of(signed_in(me), story)["folded"]) == {comment.public_id for comment in latest}


def test_a_thousand_ignored_guests_are_not_more_than_a_database_can_look_for():
    story, me = story_to_discuss(), PersonFactory()
    loud = comment_on(story, "Loud.", writer=GuestFactory(), name="Tom")
    comment_on(story, "Another name.", writer=loud.guest, name="Anna")
    ignore_writer_of(loud, by=me)
    ignore_some(me, 1000)

    as_me = signed_in(me).get(f"{story.path_here}comments/as-me/").content.decode()

    assert mine_of(signed_in(me), story)["folded"] == [loud.public_id]
    assert as_me.count(f"<summary>{SAYS}</summary>") == 1


def test_of_who_is_erased_nothing_is_left_on_either_side():
    story, ignored, me = story_to_discuss(), PersonFactory(), PersonFactory()
    theirs, mine = comment_on(story, writer=ignored), comment_on(story, writer=me)
    ignore_writer_of(theirs, by=me)
    ignore_writer_of(mine, by=ignored)
    ignore_writer_of(comment_on(story, writer=GuestFactory()), by=me)

    erase(ignored)
    kept = list(Ignored.objects.values_list("owner_key", flat=True))
    erase_commenter(me)

    assert kept == [me.voter_key]
    assert not Ignored.objects.exists()


def test_nobody_ignores_themselves_or_nobody_or_the_whole_town():
    story, me = story_to_discuss(), PersonFactory()
    imported = Comment(imported_name="Tom")
    others = comment_on(story, writer=PersonFactory())
    ignore_some(me, MOST)

    for comment, refusal in (
        (comment_on(story, writer=me), OwnWordsIgnored),
        (imported, NobodyToIgnore),
        (others, TooManyIgnored),
    ):
        with pytest.raises(refusal):
            ignore_writer_of(comment, by=me)


def test_a_second_click_changes_nothing():
    comment, me = comment_on(story_to_discuss(), writer=PersonFactory()), PersonFactory()

    for _click in range(2):
        ignore_writer_of(comment, by=me)
    once = Ignored.objects.count()
    for _click in range(2):
        stop_ignoring_writer_of(comment, by=me)

    assert (once, Ignored.objects.count()) == (1, 0)
