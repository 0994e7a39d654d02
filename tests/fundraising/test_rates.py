from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from commonpress.fundraising.ecb import NotRates, read_rates
from commonpress.fundraising.models.entry import Entry
from commonpress.fundraising.models.fx_rate import FxRate
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import meters
from tests.factories.fundraising import JUNE, make_drive
from tests.fundraising.responses import text_of

pytestmark = pytest.mark.django_db

HISTORY = b"""Date,USD,JPY,XYZ,BGN,
2021-06-10,1.2174,133.41,5,1.9558,
2021-06-09,1.2195,133.45,5,N/A,
2018-01-02,1.2065,135.35,5,1.9558,
"""
TODAYS = b"Date, USD, JPY, \n10 June 2021, 1.2174, 133.41, \n"


def upload(desk, data, **typed):
    return desk.post(
        "/admin/fundraising/rates/file/", {"file": SimpleUploadedFile("eurofxref-hist.csv", data), **typed}
    )


def type_in(desk, **typed):
    form = {"day": "2021-06-10", "base": "eur", "quote": "usd", "rate": "1.1", **typed}
    return desk.post("/admin/fundraising/rates/new/", form)


@pytest.mark.parametrize("data", [HISTORY, TODAYS])
def test_the_banks_files_are_read_in_either_way_it_writes_days(data):
    rates = {(rate.day, rate.currency): rate.rate for rate in read_rates(data, since=date(2021, 6, 10))}

    assert rates[date(2021, 6, 10), "USD"] == Decimal("1.2174")
    assert {currency for _day, currency in rates} <= {"USD", "JPY", "BGN"}


NONE = [
    b"",
    b"<html>",
    b"PK\x03\x04\xff",
    b"Date,USD\nyesterday,1.2\n",
    b"Date,USD\n2021-06-10,NaN\n",
    b"Date,USD\n2021-06-10,-1\n",
    b"Date,USD\n2021-06-10,1e99\n",
    b'Date,USD\n2021-06-10,"1,2"\n',
]


@pytest.mark.parametrize("data", NONE)
def test_what_is_no_file_of_rates_is_refused_with_its_line(data):
    with pytest.raises(NotRates):
        list(read_rates(data, since=date(2021, 1, 1)))


def test_a_file_is_taken_in_once_and_leaves_what_was_typed(desk):
    type_in(desk, rate="1.5")

    first, again = upload(desk, HISTORY), upload(desk, HISTORY)

    assert (first.status_code, again.status_code) == (302, 302)
    kept = dict(FxRate.objects.filter(day="2021-06-10").values_list("quote", "rate"))
    assert kept == {"USD": Decimal("1.5"), "JPY": Decimal("133.41"), "BGN": Decimal("1.9558")}
    assert FxRate.objects.count() == 5


@pytest.mark.parametrize(("data", "sentence"), [(b"<html>", "Line 1 is not one of rates."), (b"Date,USD\n", "no rate")])
def test_a_wrong_file_is_refused_with_a_sentence_and_nothing_is_kept(desk, data, sentence):
    response = upload(desk, data)

    assert (response.status_code, FxRate.objects.count()) == (422, 0)
    assert sentence in text_of(response)


WRONG = [
    ({"rate": "0"}, "Write a rate above zero, as in 1.1034."),
    ({"rate": "1,1,1"}, "Enter a number."),
    ({"base": "XYZ"}, "No currency has this code. Write it as in EUR or USD."),
    ({"quote": "EUR"}, "A rate is between two currencies."),
    ({"day": "2021-07-01"}, "That day is still to come."),
]


@pytest.mark.parametrize(("typed", "sentence"), WRONG)
def test_a_wrong_rate_is_refused_with_a_sentence_and_what_was_typed_is_kept(desk, typed, sentence):
    response = type_in(desk, **typed)

    shown = text_of(response)
    assert (response.status_code, FxRate.objects.count()) == (422, 0)
    assert sentence in shown
    assert next(iter(typed.values())) in response.content.decode()


def test_a_rate_of_the_same_day_takes_the_place_of_the_first(desk):
    type_in(desk)
    type_in(desk, rate="1.2")

    assert [str(rate) for rate in FxRate.objects.all()] == ["1 EUR = 1.2 USD"]
    assert "1 EUR = 1.2 USD" in text_of(desk.get("/admin/fundraising/rates/"))


def test_a_gift_in_another_currency_with_its_fee_is_entered_on_the_desk(desk):
    drive = make_drive(currency="USD", counts="net")
    type_in(desk)

    answer = desk.post(
        "/admin/fundraising/gifts/new/",
        {
            "drive": drive.pk,
            "amount": "10.61",
            "currency": "eur",
            "fee": "0.59",
            "cover": "0.61",
            "source": "elsewhere",
            "received_on": "2021-06-10",
        },
    )

    assert answer.status_code == 302
    gift = Gift.objects.get()
    assert (gift.amount, gift.fee, gift.cover) == (Money(10_61, "EUR"), Money(59, "EUR"), Money(61, "EUR"))
    assert meters.meter(drive, JUNE).received == Money(11_00, "USD")
    assert Entry.objects.get().rate == "1.1"


FEES = [
    ({"fee": "25"}, "That is as much as the gift, or more."),
    ({"cover": "30"}, "That is as much as the gift, or more."),
    ({"fee": "lots"}, "Write the amount in figures only"),
    ({"currency": "XYZ"}, "No currency has this code."),
    ({"currency": "JPY", "amount": "10.5"}, "JPY has no decimals."),
]


@pytest.mark.parametrize(("typed", "sentence"), FEES)
def test_a_fee_or_a_currency_that_cannot_be_is_refused_with_a_sentence(desk, typed, sentence):
    form = {"drive": make_drive().pk, "amount": "25", "source": "cash", "received_on": "2021-06-10", **typed}

    response = desk.post("/admin/fundraising/gifts/new/", form)

    assert (response.status_code, Gift.objects.count()) == (422, 0)
    assert sentence in text_of(response)


def test_a_gift_without_a_rate_is_said_to_be_in_no_sum_wherever_the_treasurer_looks(desk):
    form = {"drive": make_drive(currency="USD").pk, "amount": "20", "currency": "CHF", "source": "cash"}

    answer = desk.post("/admin/fundraising/gifts/new/", form | {"received_on": "2021-06-10"}, follow=True)

    gift = Gift.objects.get()
    assert "is in the book, but in no sum: no rate of that day or the week before is known." in text_of(answer)
    assert "in no sum: no rate of its week was known" in text_of(
        desk.get(f"/admin/fundraising/gifts/{gift.public_id}/")
    )
    assert "gift in no sum, since no rate of its week was known" in text_of(desk.get("/admin/fundraising/"))
