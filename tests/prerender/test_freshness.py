"""Whatever changes a page's bytes has said so: every page is made before and after every kind of change.

And what is made of the parts that still stand is what is made from nothing.
"""

from datetime import UTC, datetime

import pytest
import time_machine
from django.db import transaction

from commonpress.changes.keys import with_kinds
from commonpress.changes.models import Change
from commonpress.fundraising.actions.gifts import refund_gift
from commonpress.fundraising.actions.refunds import fail_refund
from commonpress.fundraising.models.supporter import Supporter
from commonpress.newsroom.models import archive
from tests.factories.fundraising import make_drive
from tests.factories.newsroom import make_publication
from tests.prerender.changes_of_paper import CHANGES
from tests.prerender.paper import NOW, PATHS, Paper, copied, everything, kept_pages, made, made_again, make_paper

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def short_lists(monkeypatch):
    """A story a page, so that lists have further pages."""
    monkeypatch.setattr(archive, "NEWEST", 1)


@time_machine.travel(NOW, tick=False)
def test_every_page_whose_bytes_change_is_told():
    make_paper()
    before = everything()
    kept = kept_pages()
    untold = {}
    for change in CHANGES:
        last = Change.objects.order_by("-pk").values_list("pk", flat=True).first()
        with transaction.atomic():
            change(Paper())
            told = set(Change.objects.filter(pk__gt=last).values_list("key", flat=True))
            store = copied(kept)
            store.change(told)
            told = with_kinds(told)
            after = everything()
            again = {path: made_again(store, path) for path in PATHS}
            transaction.set_rollback(True)
        changed = [path for path in PATHS if after[path] is None or after[path][0] != before[path][0]]
        assert changed != [], f"{change.__name__} changes nothing"
        assert [path for path in PATHS if again[path] != (after[path] and after[path][0])] == [], change.__name__
        untold |= {(change.__name__, path): before[path][1] for path in changed if not before[path][1] & told}
    assert untold == {}


@time_machine.travel(NOW, tick=False)
def test_every_page_of_the_list_is_kept_and_made_twice_is_the_same():
    make_paper()

    first, second = everything(), everything()

    assert [path for path in PATHS if first[path] is None] == []
    assert [path for path in PATHS if first[path][0] != second[path][0]] == []


@time_machine.travel(NOW, tick=False)
def test_a_refund_that_is_still_to_be_paid_out_changes_no_page_and_tells_none():
    make_paper()
    before, last = everything(), Change.objects.latest("pk").pk
    gift = Supporter.objects.get().gifts.get()

    refund = refund_gift(gift, amount=gift.amount, is_paid_out=False)
    pending = everything()
    fail_refund(refund)
    after = everything()

    assert [path for path in PATHS if not before[path][0] == pending[path][0] == after[path][0]] == []
    assert not Change.objects.filter(pk__gt=last).exists()


def test_the_meter_turns_with_nobody_changing_anything():
    with time_machine.travel(NOW, tick=False):
        make_publication()
        make_drive(kind="month", zone="Europe/Berlin")

        _body, _keys, until = made("/")

    assert until == datetime(2026, 6, 15, 22, tzinfo=UTC).timestamp()
