import pytest
from django.http import QueryDict

from commonpress.lib import once


def test_a_new_key_is_accepted_when_it_comes_back():
    key = once.new_key()

    assert once.key_of(QueryDict(f"once={key}")) == key
    assert once.new_key() != key


def test_a_key_the_browser_made_is_accepted():
    assert once.key_of({"once": "123e4567-e89b-12d3-a456-426614174000"}) == "123e4567-e89b-12d3-a456-426614174000"


@pytest.mark.parametrize("posted", [{}, {"once": ""}, {"once": "short"}, {"once": "x" * 65}, {"once": "a b c d e f g"}])
def test_nonsense_is_no_key(posted):
    assert once.key_of(posted) is None
