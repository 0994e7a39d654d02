from django.db import transaction
from django.utils import timezone

from commonpress.fundraising import receipting
from commonpress.fundraising.errors import NoReceipt, YearIsNotOver
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.issuer import Issuer
from commonpress.fundraising.models.receipt import Receipt
from commonpress.fundraising.queries.annual import years_that_are_over
from commonpress.fundraising.tasks import post_annual_statements, post_receipt
from commonpress.lib.refusals import require
from commonpress.newsroom.models.publication import Publication


@transaction.atomic
def issue_receipt(gift: Gift) -> Receipt:
    """Return the gift's receipt, written now where there is none yet. Raises NoReceipt."""
    receipt = receipting.issue(gift)
    require(receipt is not None, NoReceipt)
    assert receipt is not None
    return receipt


@transaction.atomic
def send_receipt(gift: Gift) -> Receipt:
    """Mail the gift's receipt to its supporter once more, and count it. Where no address is known it is issued only.

    Raises NoReceipt.
    """
    receipt = issue_receipt(gift)
    supporter = receipt.gift.supporter
    if supporter is not None and supporter.email:
        # The gift's row is held, so nobody counts beside us.
        receipt.sent_times += 1
        receipt.sent_last_at = timezone.now()
        receipt.save(update_fields=["sent_times", "sent_last_at"])
        post_receipt.enqueue(receipt.pk, receipt.sent_times)
    return receipt


@transaction.atomic
def send_annual_statements(year: int) -> None:
    """Have everyone with an address who gave in a year written to, once however often this is asked for.

    Raises YearIsNotOver.
    """
    zone = Publication.load().tzinfo
    require(year in years_that_are_over(zone, timezone.now()), YearIsNotOver)
    post_annual_statements.enqueue(year)


@transaction.atomic
def save_issuer(issuer: Issuer) -> Issuer:
    """Say who issues receipts from now on. Those that are out keep what they said."""
    issuer.pk = 1
    issuer.save()
    return issuer
