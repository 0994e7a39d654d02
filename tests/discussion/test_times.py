"""How the discussion writes times."""

import re
from datetime import UTC, datetime

import pytest
from django.utils import translation

from commonpress.discussion.templatetags.discussion import said_at
from commonpress.theme.templatetags.theme import when


@pytest.mark.parametrize("language", ["en", "en-gb", "de"])
def test_a_time_is_written_as_on_every_other_page(language):
    at = datetime(2026, 11, 28, 16, 5, tzinfo=UTC)

    with translation.override(language):
        words = [re.search(">(.*?)<", shown)[1] for shown in (said_at(at), when(at))]

    assert words[0] == words[1]
