"""A comment sent from a kept page's own form: by a browser without scripts, with no token in the form to prove the page."""

import http.client
import time
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

import html5lib
import pytest

from tests.journeys.test_comment import story

__all__ = ["story"]  # the fixture

TYPED = {"text": "It does, from *May* on.\nAsk <the crew>.", "name": "Tom"}


class Reader:
    """A browser that reads, sends forms and keeps its cookies; what it says of the page they come from is up to a test."""

    def __init__(self, address):
        self.address = urlsplit(address)
        self.cookies = {}

    def open(self, path, *, form=None, **headers):
        """Return status, headers and page of an answer; where `form` is given, it is posted."""
        connection = http.client.HTTPConnection(self.address.netloc, timeout=30)
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            told["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if form is not None:
            told["Content-Type"] = "application/x-www-form-urlencoded"
        body = None if form is None else urlencode(form)
        connection.request("GET" if form is None else "POST", path, body, told)
        answer = connection.getresponse()
        page = answer.read().decode()
        connection.close()
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: cookie.value for name, cookie in SimpleCookie(line).items()}
        return answer.status, answer.headers, page

    def read_kept(self, path):
        """Read a page until it is the kept one, which carries a tag."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            status, headers, page = self.open(path)
            if "ETag" in headers:
                assert (status, self.cookies) == (200, {})
                return page
            time.sleep(0.05)
        raise AssertionError(f"{path} is never kept")


def form_for(page, action):
    """Return the address of the form that posts there and its fields, as a browser would send them untouched."""
    for form in html5lib.parse(page, namespaceHTMLElements=False).iter("form"):
        if form.get("method") == "post" and form.get("action").startswith(action):
            inputs = {each.get("name"): each.get("value", "") for each in form.iter("input")}
            return form.get("action"), inputs | {each.get("name"): each.text or "" for each in form.iter("textarea")}
    raise AssertionError(f"There is no form for {action}")


@pytest.fixture
def reader(demo):
    return Reader(demo.address)


@pytest.fixture
def kept(reader, story):
    """The address of a kept story, and of its form with what is in it."""
    path = urlsplit(story).path
    page = reader.read_kept(path)
    action, fields = form_for(page, "/-/compose/")
    assert (fields, "csrfmiddlewaretoken" in page) == ({"text": "", "name": "", "address": ""}, False)
    return path, action


def is_shown(reader, where):
    return "Ask &lt;the crew&gt;." in reader.open(urlsplit(where).path)[2]


@pytest.mark.parametrize("said", ["Sec-Fetch-Site", "Origin"])
def test_who_says_that_it_is_our_page_posts_at_once(reader, kept, said):
    path, action = kept
    ours = {"Sec-Fetch-Site": "same-origin", "Origin": f"http://{reader.address.netloc}"}[said]

    status, headers, _page = reader.open(action, form=TYPED | {"then": "post"}, **{said: ours})

    assert (status // 100, urlsplit(headers["Location"]).path) == (3, path)
    assert is_shown(reader, headers["Location"])


def test_who_says_nothing_looks_it_over_and_sends_it_once_more_with_a_token(reader, kept):
    path, action = kept

    status, headers, page = reader.open(action, form=TYPED | {"then": "post"})
    again, fields = form_for(page, action)

    assert status == 403
    assert "no-store" in headers["Cache-Control"]
    assert len(fields.pop("csrfmiddlewaretoken")) == 64
    assert (again, fields) == (action, TYPED | {"then": "post"})
    assert not is_shown(reader, path)

    status, headers, _page = reader.open(again, form=form_for(page, action)[1])

    assert (status // 100, urlsplit(headers["Location"]).path) == (3, path)
    assert is_shown(reader, headers["Location"])


def test_what_another_sites_page_sends_stands_there_to_be_copied_and_is_not_posted(reader, kept):
    path, action = kept
    theirs = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}

    status, headers, page = reader.open(action, form=TYPED | {"then": "post"}, **theirs)

    assert (status, "no-store" in headers["Cache-Control"]) == (403, True)
    assert "It does, from *May* on.<br>Ask &lt;the crew&gt;." in page
    assert ("csrfmiddlewaretoken" in page, action in page) == (False, False)
    assert not is_shown(reader, path)
