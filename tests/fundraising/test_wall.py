"""The supporters' wall: by consent, after somebody has read it, and gone as soon as either ends."""

import re

import pytest
import time_machine
from html5lib import HTMLParser

from commonpress.accounts.rules import Role
from commonpress.changes.models import Change
from commonpress.fundraising.actions.erasure import erase_supporter
from commonpress.fundraising.actions.gifts import refund_gift
from commonpress.fundraising.actions.refunds import fail_refund, pay_out
from commonpress.fundraising.actions.wall import decide
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.wall import WallDecision, key_of
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import wall
from commonpress.fundraising.queries.wall import Item
from tests.factories.accounts import make_person
from tests.factories.fundraising import JUNE, make_drive, make_gift, make_supporter, release
from tests.factories.newsroom import make_publication
from tests.fundraising.responses import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

ROOT = "/admin/fundraising/wall/"


@pytest.fixture
def drive():
    make_publication()
    with time_machine.travel(JUNE, tick=False):
        yield make_drive()


def giver(drive, name, *, message="", is_anonymous=False, **fields):
    supporter = make_supporter(name=name, public_name=name, **fields)
    make_gift(drive, supporter=supporter, is_anonymous=is_anonymous, message=message)
    return supporter


def names_shown(client):
    html = client.get("/supporters/").content.decode()
    listed = re.search(r'(?s)<ul class="names">(.*?)</ul>', html)
    return re.findall(r"<bdi>(.*?)</bdi>", listed[1]) if listed else []


def test_a_name_is_shown_once_somebody_has_released_it_and_by_the_alphabet(drive, client):
    ada, zoe, emile = (giver(drive, name) for name in ("ada Fenwick", "Zoë", "Émile & Co"))
    assert names_shown(client) == []

    release(zoe, ada, emile)

    assert names_shown(client) == ["ada Fenwick", "Émile &amp; Co", "Zoë"]
    assert "messages" not in client.get("/supporters/").content.decode()
    HTMLParser(strict=True).parse(client.get("/supporters/").content.decode())


def test_no_amount_and_no_address_is_on_the_wall(drive, client):
    release(giver(drive, "Ada", email="ada@example.org", message="For the divers."))

    main = client.get("/supporters/").content.decode().partition("<main")[2]

    assert ("For the divers." in main, "€25" in main, "ada@example.org" in main) == (True, False, False)


def test_who_gave_anonymously_or_has_no_name_for_readers_is_never_asked_about(drive):
    giver(drive, "Anon", is_anonymous=True, message="Hello")
    make_gift(drive, supporter=make_supporter(public_name=""), is_anonymous=False)
    make_supporter(public_name="Promised only")

    assert wall.waiting() == []


def test_one_gift_that_may_be_named_is_consent_enough(drive, client):
    ada = giver(drive, "Ada", is_anonymous=True)
    make_gift(drive, supporter=ada, is_anonymous=False)
    release(ada)

    assert names_shown(client) == ["Ada"]


def test_all_gifts_given_back_take_the_name_down_and_a_part_does_not(drive, client):
    ada = giver(drive, "Ada", message="Thanks")
    release(ada)
    gift = ada.gifts.get()

    refund_gift(gift, amount=Money(20_00, "EUR"))
    assert names_shown(client) == ["Ada"]
    refund_gift(gift, amount=Money(5_00, "EUR"))

    assert (names_shown(client), "Thanks" in text_of(client.get("/supporters/"))) == ([], False)
    assert Change.objects.filter(key=drive.key).exists()


def test_what_is_still_to_be_paid_out_or_did_not_arrive_takes_no_name_down(drive, client):
    ada = giver(drive, "Ada", message="Thanks")
    release(ada)
    gift = ada.gifts.get()

    refund = refund_gift(gift, amount=Money(25_00, "EUR"), is_paid_out=False)
    pending = names_shown(client)
    pay_out(refund)
    paid = names_shown(client)
    fail_refund(refund)

    assert (pending, paid, names_shown(client)) == (["Ada"], [], ["Ada"])
    assert "Thanks" in text_of(client.get("/supporters/"))


def test_who_is_erased_is_gone_from_the_wall_and_it_is_told(drive, client):
    person = make_person("ada@example.org")
    release(giver(drive, "Ada", email="ada@example.org", message="Thanks"))
    Change.objects.all().delete()

    erase_supporter(person)

    assert (names_shown(client), WallDecision.objects.count()) == ([], 0)
    assert Change.objects.filter(key="wall").exists()
    assert "Thanks" not in text_of(client.get("/supporters/"))


def test_another_name_waits_for_a_decision_of_its_own(drive, client):
    ada = giver(drive, "Ada")
    release(ada)

    ada.public_name = "Buy at cheap.example"
    ada.save()

    assert names_shown(client) == []
    assert [(each.words, each.hint) for each in wall.waiting()] == [
        ("Buy at cheap.example", "Has a link or an address in it.")
    ]


def test_a_decision_keeps_nothing_that_could_be_read(drive):
    release(giver(drive, "Ada Fenwick", message="For the divers."))

    kept = " ".join(str(row) for row in WallDecision.objects.values())

    assert ("Ada" in kept, "divers" in kept) == (False, False)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("Ada Fenwick", ""),
        ("Osk & Daughters", ""),
        ("St. Brannoc's choir", ""),
        ("Nell Averay", "Reads like the name of the paper or of somebody who works here."),
        ("Ne11 Averay", "Reads like the name of the paper or of somebody who works here."),
        ("The Lower Valley Courier", "Reads like the name of the paper or of somebody who works here."),
        ("The editors", "Reads like the name of the paper or of somebody who works here."),
        ("Аda", "A word has letters of two alphabets."),
        ("cheap-pills.example", "Has a link or an address in it."),
        ("https://x.example", "Has a link or an address in it."),
        ("@ada", "Has a link or an address in it."),
        ("Ada\u202egro.live", "Has a link or an address in it."),
        ("Ada\u202ekciwneF", "Had signs in it that are not seen, or turn the words around; they are taken out."),
    ],
)
def test_a_name_that_should_make_one_look_twice_is_held_with_a_hint(drive, name, hint):
    make_person("nell@paper.example", Role.REPORTER, display_name="Nell Averay")
    giver(drive, name)

    assert [each.hint for each in wall.waiting()] == [hint]


def test_a_message_of_script_turned_letters_or_links_is_held_and_escaped(drive, client):
    script = giver(drive, "Ada", message="<script>alert(1)</script>")
    turned = giver(drive, "Ben", message="Hello \u202eolleh")
    spam = giver(drive, "Cy", message="Cheap pills: https://pills.example/buy now")
    hints = {each.name: each.hint for each in wall.waiting() if each.is_message}
    assert hints == {
        "Ada": "",
        "Ben": "Had signs in it that are not seen, or turn the words around; they are taken out.",
        "Cy": "Has a link or an address in it.",
    }
    assert "alert" not in client.get("/supporters/").content.decode()

    release(script, turned, spam)

    html = client.get("/supporters/").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert ("<script>alert" in html, "\u202e" in html, '<a href="https://pills' in html) == (False, False, False)


def press(desk, button, *items, **more):
    return desk.post(ROOT, {button: list(map(str, items)), **more})


def test_the_treasurer_shows_one_leaves_one_out_and_sees_them_among_the_decided(drive, desk, client):
    ada, ben = giver(drive, "Ada"), giver(drive, "Ben", message="Hello")
    first, second = (each.item for each in wall.waiting() if not each.is_message)

    press(desk, "show", first)
    press(desk, "leave-out", second)

    assert names_shown(client) == ["Ada"]
    assert wall.waiting() == []
    decided = text_of(desk.get(f"{ROOT}decided/"))
    assert ("Take it down" in decided, "Ben" in decided, "Hello" in decided) == (True, True, False)
    assert {row.decided_by for row in WallDecision.objects.all()} == {desk.get(ROOT).wsgi_request.user}
    desk.post(f"{ROOT}decided/", {"leave-out": str(first)})
    desk.post(f"{ROOT}decided/", {"show": str(second)})
    assert names_shown(client) == ["Ben"]
    assert (ada.pk, ben.pk) == (first.supporter_pk, second.supporter_pk)


def test_show_all_shows_what_was_listed_and_raised_no_doubt_and_nothing_that_came_since(drive, desk, client):
    giver(drive, "Ada", message="For the divers.")
    giver(drive, "The editors")
    listed = re.findall(r'type="hidden" name="item" value="([^"]+)"', text_of(desk.get(ROOT)))
    giver(drive, "Came since")

    press(desk, "show-all", "1", item=listed)

    assert (len(listed), names_shown(client)) == (2, ["Ada"])
    assert [each.words for each in wall.waiting()] == ["The editors", "Came since"]


def test_words_changed_since_they_were_seen_are_asked_about_anew(drive, desk, client):
    ada = giver(drive, "Ada")
    (seen,) = (each.item for each in wall.waiting())
    ada.public_name = "Something else"
    ada.save()

    response = desk.post(ROOT, {"show": str(seen)}, follow=True)

    assert "Something was changed meanwhile, and is asked about anew." in text_of(response)
    assert (names_shown(client), WallDecision.objects.count()) == ([], 0)


@pytest.mark.parametrize("posted", [{}, {"show": "1"}, {"show": "x:y:z"}, {"show-all": "1", "item": "1:2:3"}])
def test_what_no_button_of_ours_sends_is_a_bad_request(drive, desk, posted):
    assert desk.post(ROOT, posted).status_code == 400


def test_a_decision_about_nobody_is_none(drive):
    nobody = [Item(77, None, key_of("")), Item(77, None, key_of("Ada")), Item(77, 78, key_of("Ada"))]

    assert decide(nobody[1:], WallDecision.Answer.SHOWN, by=None) == 0


@pytest.mark.parametrize("role", [Role.EDITOR, Role.MODERATOR, Role.REPORTER])
def test_nobody_but_who_keeps_the_books_decides(drive, client, role):
    ada = giver(drive, "Ada")
    client.force_login(make_person("", role))

    assert client.post(ROOT, {"show": f"{ada.pk}::{key_of('Ada')}"}).status_code == 403
    assert names_shown(client) == []


def test_a_name_given_twice_stands_once_and_messages_are_the_newest(drive, client):
    givers = [giver(drive, "Ada") for _ in range(2)]
    for month in range(1, 6):
        make_gift(
            drive, supporter=givers[0], is_anonymous=False, message=f"In {month}", occurred_at=JUNE.replace(month=month)
        )
    release(*givers)

    assert names_shown(client) == ["Ada"]
    assert [message.text for message in wall.messages(2)] == ["In 5", "In 4"]


def test_the_message_of_a_name_that_is_not_shown_is_not(drive, client):
    giver(drive, "Ada", message="For the divers.")
    gift = Gift.objects.get()
    decide([Item(gift.supporter_id, gift.pk, key_of("For the divers."))], WallDecision.Answer.SHOWN, by=None)

    assert "For the divers." not in text_of(client.get("/supporters/"))


def test_the_wall_takes_the_same_queries_for_one_name_and_for_many(drive, client, desk, django_assert_num_queries):
    release(giver(drive, "Ada", message="Hello"))
    giver(drive, "Waits", message="Waits too")
    client.get("/supporters/")
    desk.get(ROOT)
    with django_assert_num_queries(5):
        client.get("/supporters/")
    with django_assert_num_queries(4):
        wall.waiting()

    for number in range(8):
        release(giver(drive, f"Ada {number}", message=f"Hello {number}"))
        giver(drive, f"Waits {number}", message=f"Waits too {number}")

    with django_assert_num_queries(5):
        client.get("/supporters/")
    with django_assert_num_queries(4):
        wall.waiting()
