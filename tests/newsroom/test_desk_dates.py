import json

import pytest

from commonpress.newsroom.models.story import Story

pytestmark = pytest.mark.django_db


def test_a_storys_date_fields_keep_what_was_typed():
    """Given the form of a story, then its pickers are told not to replace what they cannot read."""
    form = Story.get_edit_handler().get_form_class()(instance=Story())

    told = {
        name: json.loads(field.widget.get_context(name, None, {})["widget"]["config_json"])
        for name, field in form.fields.items()
        if name in {"first_public_at", "corrected_at"}
    }

    assert {name: config["validateOnBlur"] for name, config in told.items()} == {
        "first_public_at": False,
        "corrected_at": False,
    }
