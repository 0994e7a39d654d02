"""Who is let in to the page of a supporter's gifts, and how."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from html5lib import HTMLParser

from commonpress.fundraising.actions.ways_in import forget_ways_in
from commonpress.fundraising.models.way_in import WayIn
from commonpress.fundraising.queries import givers
from tests.factories.accounts import make_person
from tests.factories.fundraising import JUNE, make_gift, make_supporter
from tests.fundraising.mine_door import ask, counting, let_in, letters, post
from tests.fundraising.responses import in_main, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.usefixtures("clock", "alder")]


def test_who_gave_is_mailed_a_link_and_let_in_by_a_button(client, drive, run_jobs):
    make_gift(drive, supporter=make_supporter(email="ada@example.org"))

    asked = ask(client, "Ada@Example.org")
    (link,) = letters(run_jobs)
    looked = client.get(link)
    pressed = post(client, link)

    assert (asked.status_code, asked["Location"]) == (303, "/give/mine/asked/")
    assert ("Show me my gifts" in text_of(looked), looked.cookies.get("gifts")) == (True, None)
    assert (pressed.status_code, pressed["Location"]) == (303, "/give/mine/")
    page = client.get("/give/mine/")
    HTMLParser(strict=True).parse(page.content.decode())
    shown = text_of(page)
    for fact in ["€25", "The tin", "June 10, 2021", "ada@example.org", "Receipt 2021-000001"]:
        assert fact in shown
    assert (page["Cache-Control"], page["X-Robots-Tag"]) == ("no-store, private", "noindex")


def test_the_cookie_is_for_these_pages_alone_and_for_half_an_hour(client, drive, run_jobs, clock):
    make_gift(drive, supporter=make_supporter(email="ada@example.org"))
    let_in(client, run_jobs)

    cookie = client.cookies["gifts"]
    kept = (cookie["path"], cookie["httponly"], cookie["samesite"], cookie["max-age"])
    assert kept == ("/give/mine/", True, "Strict", 1800)
    assert "ada" not in cookie.value
    clock.shift(timedelta(minutes=29))
    assert "€25" in text_of(client.get("/give/mine/"))
    clock.shift(timedelta(minutes=2))
    assert "€25" not in in_main(client.get("/give/mine/"))


def test_known_and_unknown_addresses_are_answered_alike(drive, run_jobs):
    make_gift(drive, supporter=make_supporter(email="ada@example.org"))
    answers = []
    for email in ("ada@example.org", "nobody@example.org"):
        client = Client()
        asked = ask(client, email)
        shown = client.get(asked["Location"])
        answers.append((asked.status_code, asked["Location"], asked.content, sorted(asked.cookies), shown.content))

    assert answers[0] == answers[1]
    assert len(letters(run_jobs)) == 1


def test_known_and_unknown_addresses_cost_the_same_queries(client, drive):
    make_gift(drive, supporter=make_supporter(email="ada@example.org"))
    ask(client, "first@example.org")
    counts = []
    for email in ("ada@example.org", "nobody@example.org"):
        with counting() as captured:
            ask(client, email)
        counts.append(len(captured))

    assert counts[0] == counts[1]


def test_an_unknown_address_is_forgotten_at_once(client, run_jobs):
    ask(client, "nobody@example.org")

    run_jobs()

    assert (WayIn.objects.count(), mail.outbox) == (0, [])


def test_nothing_secret_is_stored_as_it_is(client, drive, run_jobs):
    make_gift(drive, supporter=make_supporter(email="ada@example.org"))
    let_in(client, run_jobs)

    row = WayIn.objects.get()
    (link,) = letters(run_jobs)
    key = link.split("/")[-2]
    assert (row.key_hash, row.session_hash) == (WayIn.hash_of(key), WayIn.hash_of(client.cookies["gifts"].value))
    assert key not in (row.key_hash, row.session_hash)


def test_a_link_works_once(client, drive, run_jobs):
    make_gift(drive, supporter=make_supporter(email="ada@example.org"))
    let_in(client, run_jobs)
    (link,) = letters(run_jobs)

    other = Client()
    again = post(other, link)

    assert (again.status_code, other.get(link).status_code) == (410, 410)
    assert "This link was used already" in text_of(again)
    assert "gifts" not in other.cookies


def test_looking_at_a_link_spends_nothing(client, drive, run_jobs):
    make_gift(drive, supporter=make_supporter(email="ada@example.org"))
    ask(client, "ada@example.org")
    (link,) = letters(run_jobs)

    for _ in range(3):
        Client().get(link)
        Client().head(link)

    assert post(client, link).status_code == 303


def test_after_a_quarter_of_an_hour_a_link_is_too_old(client, drive, run_jobs, clock):
    make_gift(drive, supporter=make_supporter(email="ada@example.org"))
    ask(client, "ada@example.org")
    (link,) = letters(run_jobs)

    clock.shift(timedelta(minutes=15, seconds=1))

    assert (client.get(link).status_code, post(client, link).status_code) == (410, 410)


def test_a_made_up_link_and_a_made_up_cookie_open_nothing(client, drive):
    make_gift(drive, supporter=make_supporter(email="ada@example.org"))
    WayIn.objects.create(email="ada@example.org")

    assert post(client, "/give/mine/open/None/").status_code == 410
    client.cookies["gifts"] = "made-up"
    assert "€25" not in in_main(client.get("/give/mine/"))
    client.cookies["gifts"] = ""
    assert "€25" not in in_main(client.get("/give/mine/"))


def test_one_letter_in_five_minutes_and_three_a_day(client, drive, run_jobs, clock):
    make_gift(drive, supporter=make_supporter(email="ada@example.org"))
    run_jobs()
    mail.outbox.clear()
    counts = []
    for minutes in (0, 4, 2, 6, 6, 60 * 24):
        clock.shift(timedelta(minutes=minutes))
        cache.clear()
        ask(client, "ada@example.org" if minutes % 4 else "ADA@example.org")
        counts.append(len(letters(run_jobs)))

    assert counts == [1, 1, 2, 3, 3, 4]


def test_the_sixth_wish_from_one_place_has_to_wait(client):
    for number in range(5):
        ask(client, f"a{number}@example.org")

    refused = ask(client, "ada@example.org")

    assert (refused.status_code, WayIn.objects.count()) == (429, 5)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Write the e-mail address you gave from."),
        ("ada", "Write an e-mail address, as in ada@example.org."),
        ("a@b.example\nBcc: c@d.example", "Write an e-mail address"),
    ],
)
def test_a_bad_address_gets_a_sentence(client, typed, sentence):
    answer = ask(client, typed)

    assert (answer.status_code, WayIn.objects.count()) == (422, 0)
    assert sentence in text_of(answer)


def test_an_address_that_only_looks_like_it_in_capitals_is_another_one(client, drive, run_jobs):
    make_gift(drive, supporter=make_supporter(email="ada@mail.example"))
    run_jobs()
    mail.outbox.clear()

    ask(client, "ada@maıl.example")

    assert letters(run_jobs) == []
    assert givers.rows_at(["ada@maıl.example"]) == []


def test_who_leaves_is_out_even_with_the_cookie(client, drive, run_jobs):
    make_gift(drive, supporter=make_supporter(email="ada@example.org"))
    let_in(client, run_jobs)
    secret = client.cookies["gifts"].value

    post(client, "/give/mine/leave/")

    client.cookies["gifts"] = secret
    assert "€25" not in in_main(client.get("/give/mine/"))


def test_who_is_signed_in_with_the_address_they_gave_from_is_let_in_directly(client, drive):
    make_gift(drive, supporter=make_supporter(email="Ada@example.org"))
    client.force_login(make_person("ada@example.org"))

    assert "€25" in in_main(client.get("/give/mine/"))


def test_an_address_that_was_not_confirmed_lets_nobody_in(client, drive):
    make_gift(drive, supporter=make_supporter(email="ada@example.org"))
    person = make_person("ada@example.org")
    person.emailaddress_set.update(verified=False)
    client.force_login(person)

    assert "€25" not in in_main(client.get("/give/mine/"))


def test_wishes_are_forgotten_after_two_days(client, drive, run_jobs, clock):
    make_gift(drive, supporter=make_supporter(email="ada@example.org"))
    let_in(client, run_jobs)

    clock.shift(timedelta(days=1, hours=23))
    forget_ways_in(JUNE + timedelta(days=1, hours=23))
    assert WayIn.objects.count() == 1
    forget_ways_in(JUNE + timedelta(days=2, hours=1))

    assert WayIn.objects.count() == 0
