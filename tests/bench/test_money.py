"""The bench of money measures what it says it does."""

import pytest

from commonpress.bench.money import building
from commonpress.fundraising.ledger.audit import sums_apart
from commonpress.fundraising.models.entry import Entry, Line
from commonpress.fundraising.models.meter_total import MeterTotal
from commonpress.fundraising.money import Money
from tests.factories.fundraising import make_drive, make_gift


@pytest.mark.django_db
@pytest.mark.both_databases
def test_a_book_filled_for_the_bench_is_as_if_it_had_been_booked(monkeypatch):
    monkeypatch.setattr(building, "AT_ONCE", 700)
    monkeypatch.setattr(building, "UPKEEP", "ANALYZE")
    building.open_drives()

    building.fill(4_000)

    assert (Line.objects.count(), Entry.objects.count(), Entry.objects.filter(kind="refund").count()) == (
        4_000,
        2_000,
        40,
    )
    assert len(set(MeterTotal.objects.values_list("drive", flat=True))) == building.DRIVES
    assert sums_apart() == []


@pytest.mark.django_db
@pytest.mark.both_databases
def test_a_book_filled_for_the_bench_goes_on(monkeypatch):
    monkeypatch.setattr(building, "UPKEEP", "ANALYZE")
    building.open_drives()
    building.fill(200)

    gift = make_gift(Entry.objects.get(pk=100).drive, amount=Money(5_00, "EUR"))

    assert Entry.objects.get(gift=gift).pk == 101
    assert make_drive(slug="another", is_current=False).pk == building.DRIVES + 1
    assert sums_apart() == []
