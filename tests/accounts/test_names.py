"""What a name looks like, and whose may not be borrowed."""

import unicodedata

import pytest
from django.contrib.auth.models import Group
from hypothesis import given
from hypothesis import strategies as st

from commonpress.accounts.actions.names import protect_all_names_anew
from commonpress.accounts.actions.staff import save_person
from commonpress.accounts.models import Person, ProtectedName
from commonpress.accounts.names import LONGEST, mixes_alphabets, skeleton
from commonpress.accounts.rules import Role
from commonpress.newsroom.actions.upkeep import protect_bylines_anew
from commonpress.newsroom.models.byline import Byline
from tests.factories.accounts import PersonFactory

LOOKS_LIKE = {
    "a": "аαɑᴀ@áàâäãåāąǎȧạａ𝐚𝒶𝔞𝖆🅰🇦ⓐꓮᎪⲁ",
    "b": "ьʙƀɓƅᏏｂ𝗯🅱🇧ⓑꓐ",
    "c": "сϲᴄçćčｃ𝕔🅲ⓒꓚ",
    "e": "еєεᴇéèêëēęěẽｅ𝑒🅴ⓔꓰᎬ℮",
    "i": "іıιɩɪíìîïīįｉ𝓲🅸ⓘꓲᎥlL1|!ӏǀ",
    "o": "оοօºøóòôöõōőơｏ𝚘🅾ⓞꓳⲟ0",
    "r": "гʀŕřｒ𝕣🆁ⓡꓣᎡ",
    "s": "ѕꜱšśşș5$ｓ𝐬🆂ⓢꓢᏚ",
    "t": "тτᴛŧťţｔ𝖙🆃ⓣꓔᎢ",
    "u": "υսᴜúùûüūůűưｕ𝓾🆄ⓤꓴ",
    "x": "хχｘ𝔁🆇ⓧꓫⲭ",
    "y": "уγүʏýÿｙ𝕪🆈ⓨꓬᎩ",
}
UNSEEN = (
    "\u200b\u200c\u200d\u2060\ufeff\u00ad\u202a\u202e\u2066\u2069\u061c\u3164\uffa0\u2800\u034f\ufe0f\u0301\u0335\u0489"
)
name_of_staff = "Boris Tuxey"


@st.composite
def borrowed(draw):
    """A name as somebody writes it who wants to pass for another."""
    letters = []
    for letter in name_of_staff:
        likes = LOOKS_LIKE.get(letter.lower(), "")
        letters.append(draw(st.sampled_from([letter, letter.upper(), letter.lower(), *likes])))
        letters.append(draw(st.text(st.sampled_from(UNSEEN + " .-_'"), max_size=2)))
    return "".join(letters)


@given(borrowed())
def test_whatever_letters_a_borrowed_name_is_made_of_it_has_the_skeleton_of_the_other(name):
    assert skeleton(name) == skeleton(name_of_staff)


@given(st.text())
def test_every_text_has_a_skeleton_that_is_its_own_and_fits(text):
    shape = skeleton(text)

    assert len(shape) <= LONGEST
    assert all(unicodedata.category(character)[0] != "C" for character in shape)


@pytest.mark.parametrize(
    "names",
    [
        ("Anna", "Ama"),
        ("Jan", "Jana"),
        ("Дмитрий", "Дарья"),
        ("محمد", "أحمد"),
        ("王伟", "王芳"),
        ("Olive Owner", "Oliver Owner"),
    ],
)
def test_different_names_look_different(names):
    assert skeleton(names[0]) != skeleton(names[1])


@pytest.mark.parametrize("name", ["Аnna", "Οlive", "pаypal Jo", "Jo Ꮎne", "Annа-Lena"])
def test_a_word_of_two_alphabets_is_noticed(name):
    assert mixes_alphabets(name)


@pytest.mark.parametrize(
    "name",
    ["Anna", "Дмитрий", "Γιώργος Παπαδόπουλος", "Anna Иванова", "José", "王 Wang", "さくら", "محمد", "Jo 2", "🙂", ""],
)
def test_names_people_have_are_of_one_alphabet(name):
    assert not mixes_alphabets(name)


pytestmark = pytest.mark.both_databases


def protected():
    return set(ProtectedName.objects.values_list("holder", "skeleton", "reason"))


@pytest.mark.django_db
def test_a_name_is_protected_while_its_person_works_here():
    person = PersonFactory(display_name="Edda")
    key = f"person:{person.pk}"
    assert protected() == set()

    person.groups.add(Group.objects.get(name=Role.EDITOR))
    assert protected() == {(key, skeleton("Edda"), "staff")}
    person.display_name = "Edda Editor"
    person.save()
    assert protected() == {(key, skeleton("Edda Editor"), "staff")}
    save_person(person, roles=[])
    assert protected() == set()


@pytest.mark.django_db
@pytest.mark.parametrize("leaves", ["closed", "erased"])
def test_the_name_of_who_has_left_is_free(leaves):
    person = PersonFactory(display_name="Edda", is_superuser=True)
    assert len(protected()) == 1

    if leaves == "closed":
        person.is_active = False
        person.save(update_fields=["is_active"])
    else:
        person.delete()

    assert protected() == set()


@pytest.mark.django_db
def test_a_bylines_name_follows_the_byline():
    byline = Byline.objects.create(name="Ann Author", slug="ann")
    assert protected() == {(byline.key, skeleton("Ann Author"), "byline")}

    byline.name = "Ann Other"
    byline.save()
    assert protected() == {(byline.key, skeleton("Ann Other"), "byline")}
    byline.delete()
    assert protected() == set()


@pytest.mark.django_db
def test_the_nightly_round_mends_what_was_changed_past_the_receivers():
    left, came = PersonFactory(display_name="Left", is_superuser=True), PersonFactory(display_name="Came")
    Person.objects.filter(pk=left.pk).update(is_superuser=False)
    Person.objects.filter(pk=came.pk).update(is_superuser=True)
    (byline,) = Byline.objects.bulk_create([Byline(name="Ann Author", slug="ann")])

    protect_all_names_anew()
    protect_bylines_anew()

    assert protected() == {
        (f"person:{came.pk}", skeleton("Came"), "staff"),
        (byline.key, skeleton("Ann Author"), "byline"),
    }


@pytest.mark.django_db
def test_a_name_of_nothing_readable_protects_nothing():
    PersonFactory(display_name="...", is_superuser=True)

    assert protected() == set()
