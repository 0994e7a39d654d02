"""The only writer of receipts. Everything here runs inside the transaction of whoever calls it.

A receipt is written with its first letter, or when somebody asks for it, and not with the gift: numbers without
gaps are given one after the other, behind one row, and bookings must not queue there
(docs/decisions/0011-a-refund-gets-a-paper-of-its-own.md).
"""

from django.db import connection
from django.utils import timezone

from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.issuer import Issuer
from commonpress.fundraising.models.receipt import Receipt
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.queries import books
from commonpress.newsroom.models.publication import Publication

# The wording that new receipts are printed by. An earlier one stays as it is, for those it was issued with.
WORDING = 1


def issue(gift: Gift) -> Receipt | None:
    """Write the gift's receipt and a correction for each refund that is done, whatever is not there yet; return the receipt.

    None for a gift of nobody known, and for one that went back before there was any receipt. Called twice, or by
    sixteen at once, it writes each paper once: they wait for the gift's row.
    """
    gift = Gift.objects.select_for_update(of=("self",)).select_related("drive", "supporter").get(pk=gift.pk)
    receipt = Receipt.objects.filter(gift=gift, kind=Receipt.Kind.RECEIPT).first()
    if receipt is None:
        if not may_have_receipt(gift):
            return None
        receipt = write_receipt(gift)
    for refund in gift.refunds.filter(state=Refund.State.DONE, correction=None):
        write_correction(receipt, refund)
    return receipt


def may_have_receipt(gift: Gift) -> bool:
    """Tell whether a first receipt can be written: for somebody with a name or an address, of what is still here."""
    who = gift.supporter
    return who is not None and bool(who.name or who.public_name or who.email) and bool(books.remaining(gift))


def write_receipt(gift: Gift) -> Receipt:
    assert gift.supporter is not None
    publication = Publication.load()
    return Receipt.objects.create(
        **next_number(publication),
        kind=Receipt.Kind.RECEIPT,
        gift=gift,
        amount_minor=gift.amount_minor,
        cover_minor=gift.cover_minor,
        currency=gift.currency,
        day=gift.occurred_at.astimezone(gift.drive.zone_info).date(),
        source=gift.source,
        drive_title=gift.drive.title,
        name=gift.supporter.name or gift.supporter.public_name,
        language=publication.language,
        wording=WORDING,
        issuer=issuer_now(publication),
    )


def write_correction(receipt: Receipt, refund: Refund) -> Receipt:
    publication = Publication.load()
    return Receipt.objects.create(
        **next_number(publication),
        kind=Receipt.Kind.CORRECTION,
        gift_id=receipt.gift_id,
        refund=refund,
        corrects=receipt,
        amount_minor=refund.amount_minor,
        currency=receipt.currency,
        day=refund.refunded_at.astimezone(refund.gift.drive.zone_info).date(),
        source=receipt.source,
        drive_title=receipt.drive_title,
        name=receipt.name,
        language=receipt.language,
        wording=receipt.wording,
        issuer=issuer_now(publication),
    )


def next_number(publication: Publication) -> dict[str, int]:
    """Return the next number of the year we are in, as a receipt's fields. Whoever asks after us waits for our commit.

    The year of issue, not of the gift: the series of a year that is over grows no more.
    """
    year = timezone.localtime(timezone=publication.tzinfo).year
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO fundraising_receiptseries AS series (year, last) VALUES (%s, 1)
            ON CONFLICT (year) DO UPDATE SET last = series.last + 1
            RETURNING last
            """,
            [year],
        )
        return {"year": year, "serial": int(cursor.fetchone()[0])}


def issuer_now(publication: Publication) -> dict[str, object]:
    """Return what receipts say of who issues them; without an `Issuer`, what the paper says of itself."""
    issuer = Issuer.load() or Issuer(legal_name=publication.owner_name or publication.name)
    names = ["legal_name", "address", "charity_status", "registration_number", "tax_wording", "goods_statement"]
    said: dict[str, object] = {name: getattr(issuer, name) for name in names}
    return said | {"paper": publication.name, "says_no_tax_receipt": issuer.says_no_tax_receipt}
