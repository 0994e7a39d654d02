"""The mark of supporters: by consent, without an amount, gone at a word."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from commonpress.accounts.actions.badges import give_badge, take_badge
from commonpress.accounts.actions.renaming import rename
from commonpress.accounts.erasing import erase
from commonpress.accounts.models import Badge, ProtectedName
from commonpress.changes.models import Change
from commonpress.discussion.actions.claims import claim_guest
from commonpress.discussion.actions.erasure import delete_comment
from commonpress.discussion.models import Comment
from tests.factories.accounts import GuestFactory, PersonFactory
from tests.factories.discussion import comment_on, story_to_discuss

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def full_buckets():
    cache.clear()


def mark(person):
    give_badge(person, Badge.Kind.SUPPORTER, until=timezone.now() + timedelta(days=1))


def unmark(person):
    take_badge(person, Badge.Kind.SUPPORTER)


def marks_in(story):
    return Client().get(story.path_here).content.decode().count(">Supporter<")


def test_a_badge_stands_beside_what_was_written_before_and_after_and_goes_from_all_of_it():
    stories, person = [story_to_discuss("One"), story_to_discuss("Other")], PersonFactory()
    comment_on(stories[0], writer=person)
    comment_on(stories[1], writer=person)
    comment_on(stories[0], "Somebody else's.")
    mark(person)
    comment_on(stories[0], "Later.", writer=person)
    before = set(Change.objects.values_list("pk", flat=True))

    shown = [marks_in(story) for story in stories]
    unmark(person)

    assert shown == [2, 1]
    assert [marks_in(story) for story in stories] == [0, 0]
    told = Change.objects.exclude(pk__in=before).values_list("key", flat=True)
    assert set(told) == {f"thread:{story.pk}" for story in stories}


def test_giving_a_badge_again_changes_no_page():
    story, person = story_to_discuss(), PersonFactory()
    comment_on(story, writer=person)
    mark(person)
    before = set(Change.objects.values_list("pk", flat=True))

    mark(person)

    assert not Change.objects.exclude(pk__in=before).exists()
    assert Badge.objects.count() == 1


def test_what_a_supporter_wrote_as_a_guest_stays_a_guests():
    story, guest, person = story_to_discuss(), GuestFactory(), PersonFactory()
    comment_on(story, writer=guest, name="Gus")
    claim_guest(guest, by=person)

    mark(person)

    assert marks_in(story) == 0


def test_a_deleted_comment_has_no_mark():
    story, person = story_to_discuss(), PersonFactory()
    mark(person)
    comment = comment_on(story, writer=person)
    comment_on(story, parent=comment)

    delete_comment(comment, by=person)

    assert not Comment.objects.get(pk=comment.pk).is_supporter


def test_guests_cannot_take_a_marked_supporters_name_and_namesakes_with_accounts_keep_theirs():
    story, person = story_to_discuss(), PersonFactory(display_name="Silke Storm")
    guest = Client(headers={"sec-fetch-site": "same-origin"})
    namesake = Client(headers={"sec-fetch-site": "same-origin"})
    namesake.force_login(PersonFactory(display_name="Silke Storm"))
    free = guest.post(f"/-/compose/{story.pk}", {"text": "Free.", "name": "Silke Storm"})
    mark(person)

    taken = guest.post(f"/-/compose/{story.pk}", {"text": "Taken.", "name": "Sіlke  St0rm"})
    theirs = namesake.post(f"/-/compose/{story.pk}", {"text": "I am called that, too."})

    assert [free.status_code, taken.status_code, theirs.status_code] == [302, 422, 302]
    assert "A supporter of the paper has this name." in taken.content.decode()
    unmark(person)
    again = guest.post(f"/-/compose/{story.pk}", {"text": "Free again.", "name": "Silke Storm"})
    assert again.status_code == 302


def test_a_supporters_new_name_is_protected_instead_of_the_old_and_an_erased_ones_no_longer():
    person = PersonFactory(display_name="Silke Storm")
    mark(person)

    rename(person, "Silke S.")
    held = list(ProtectedName.objects.values_list("skeleton", flat=True))
    erase(person)

    assert held == ["silkes".translate(str.maketrans("l", "i"))]
    assert not ProtectedName.objects.exists()
    assert not Badge.objects.exists()


@pytest.mark.parametrize("name", ["Аnna", "Jo Οlive"])
def test_a_guests_name_of_two_alphabets_in_a_word_is_refused_with_what_was_typed(name):
    story = story_to_discuss()
    guest = Client(headers={"sec-fetch-site": "same-origin"})

    answer = guest.post(f"/-/compose/{story.pk}", {"text": "My text", "name": name})

    assert answer.status_code == 422
    assert "letters of two alphabets" in answer.content.decode()
    assert "My text" in answer.content.decode()
