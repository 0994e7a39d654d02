import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils import translation

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|\{\w*\}|<[^>]*>")
LANGUAGES = [code for code, _ in settings.LANGUAGES if not code.startswith("en")]


def folder(language: str) -> Path:
    return settings.LOCALE_PATHS[0] / language / "LC_MESSAGES"


def catalog(language: str) -> Catalog:
    with (folder(language) / "django.po").open("rb") as file:
        return read_po(file)


def messages(language: str) -> list[Message]:
    return [message for message in catalog(language) if message.id]


def forms(words: str | tuple[str, ...]) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else tuple(words)


def placeholders(words: str | tuple[str, ...]) -> set[str]:
    return {found for form in forms(words) for found in PLACEHOLDER.findall(form)}


def context(message: Message) -> str | None:
    # Babel leaves the context as bytes when it reads a compiled catalog.
    return message.context.decode() if isinstance(message.context, bytes) else message.context


def test_every_language_offered_has_a_catalog():
    kept = sorted(path.name for path in settings.LOCALE_PATHS[0].iterdir())

    assert sorted(LANGUAGES) == kept


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalog_leaves_nothing_untranslated_or_unsure(language):
    found = messages(language)

    missing = [message.id for message in found if message.fuzzy or not all(forms(message.string))]

    assert len(found) > 700
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_the_placeholders_and_the_markup(language):
    differing = [message.id for message in messages(language) if not keeps_placeholders(message)]

    assert differing == []


def keeps_placeholders(message: Message) -> bool:
    """Tell whether each form has what its English one has; "sent once" needs no number, as "sent 3 times" does."""
    english, others = forms(message.id), forms(message.string)
    of_one, of_many = placeholders(english[0]), placeholders(english[-1])
    return placeholders(others[0]) in (of_one, of_many) and all(placeholders(form) == of_many for form in others[1:])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalog_is_made_from_the_written_one(language):
    with (folder(language) / "django.mo").open("rb") as file:
        compiled = read_mo(file)

    def words(found: list[Message]) -> dict:
        return {(context(message), forms(message.id)): forms(message.string) for message in found}

    assert words([message for message in compiled if message.id]) == words(messages(language))


def test_german_is_spoken_and_english_is_left_as_it_is():
    with translation.override("de"):
        german = translation.gettext("Skip to the text")
    with translation.override("en-gb"):
        english = translation.gettext("Skip to the text")

    assert (german, english) == ("Zum Text springen", "Skip to the text")
