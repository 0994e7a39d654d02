"""Somebody is lured to an address of their own that looks like a file: nothing of it is kept for others."""

from itertools import product

import pytest
from django.test import Client

from commonpress.prerender import wanted
from tests.factories.accounts import PersonFactory
from tests.factories.newsroom import StoryFactory, make_publication
from tests.prerender.test_wanted import Desired

PRIVATE = ["/-/me", "/accounts/", "/accounts/delete/", "/-/mail/", "/search/", "/give/", "/-/first-steps/"]
DELIMITERS = [
    "/", "//", "/./", "/../", "%2f", "%2F", "%2f..%2f", "%5c", "\\", ";", "%3b", ";x=", "%00", "%0a", "%0d%0a", "%09",
    "%20", "%23", "%3f", "%26", "!", "$", "&", "'", "(", ")", "*", "+", ",", ":", "=", "@", "~", ".", "..", "%2e", "%7e",
    "|", "^", "%ff",
]  # fmt: skip
EXTENSIONS = ["css", "js", "png", "jpg", "svg", "ico", "woff2", "json", "xml", "txt", "html", "pdf"]


@pytest.mark.django_db
def test_nothing_private_is_kept_under_an_address_that_looks_like_a_file(monkeypatch):
    make_publication()
    story = StoryFactory(title="Bridge closes")
    desired = Desired()
    monkeypatch.setattr(wanted, "running", [desired])
    victim = Client(raise_request_exception=False)
    victim.force_login(PersonFactory(email="canary@mail.example", display_name="Ann Canary"))
    pairs = list(product(DELIMITERS, EXTENSIONS))
    shown = []

    for number, (delimiter, extension) in enumerate(pairs):
        address = f"{PRIVATE[number % len(PRIVATE)]}{delimiter}canary.{extension}"
        answer = victim.get(address)
        if answer.status_code == 200 and "no-store" not in answer.get("Cache-Control", ""):
            shown.append(address)

    assert len(pairs) == 40 * 12
    assert shown == []
    assert desired.paths == []
    victim.get(story.path_here)
    assert desired.paths == [story.path_here.encode()]
