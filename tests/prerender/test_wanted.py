"""Which pages readers ask for are made for keeping."""

import pytest
from django.http import HttpResponse

from commonpress.changes.shown import keep
from commonpress.prerender import wanted
from commonpress.prerender.wanted import WantedMiddleware


class Desired:
    """Stands where the keeper does, and remembers what it was asked for."""

    def __init__(self):
        self.paths = []

    def want(self, path):
        self.paths.append(path)


@pytest.fixture
def desired(monkeypatch):
    desired = Desired()
    monkeypatch.setattr(wanted, "running", [desired])
    return desired


def read(rf, *, method="GET", says_so=True, status=200):
    def view(_request):
        if says_so:
            keep("page:1")
        return HttpResponse(status=status)

    WantedMiddleware(view)(rf.generic(method, "/a-story/?page=2"))


def test_a_page_that_was_read_and_says_so_is_wanted_under_its_bare_path(rf, desired):
    read(rf)

    assert desired.paths == [b"/a-story/"]


@pytest.mark.parametrize(
    "other",
    [{"method": "POST"}, {"method": "HEAD"}, {"says_so": False}, {"status": 404}, {"status": 302}, {"status": 206}],
    ids=str,
)
def test_nothing_else_is(rf, desired, other):
    read(rf, **other)

    assert desired.paths == []
