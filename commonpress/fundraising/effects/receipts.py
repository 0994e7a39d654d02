"""Letters about receipts. Each may run twice; a letter goes once."""

from django.db import transaction
from django.utils import timezone

from commonpress.fundraising import receipting
from commonpress.fundraising.amounts import exact_text
from commonpress.fundraising.models.receipt import Receipt
from commonpress.fundraising.models.refund import Refund
from commonpress.fundraising.papers import day_here, receipt_address
from commonpress.newsroom.models.publication import Publication
from commonpress.notices.tell import send_letter


def receipt_again(receipt_pk: int, nth: int) -> None:
    """Send the supporter their receipt for the nth time."""
    receipt = Receipt.objects.select_related("gift__supporter").get(pk=receipt_pk)
    supporter = receipt.gift.supporter
    if supporter is None or not supporter.email:
        return
    publication = Publication.load()
    send_letter(
        supporter.email,
        "receipt",
        {
            "number": receipt.number,
            "amount": exact_text(receipt.amount, publication.language),
            "page": receipt_address(receipt),
        },
        once=f"receipt:{receipt.number}:{nth}",
    )


@transaction.atomic
def receipt_corrected(refund_pk: int) -> None:
    """Write the paper that corrects a receipt after a refund, and send it.

    Nothing where there never was a receipt, or where the money has come back meanwhile.
    """
    refund = Refund.objects.select_related("gift__supporter").get(pk=refund_pk)
    if not Receipt.objects.filter(gift=refund.gift).exists():
        return
    receipting.issue(refund.gift)
    # Asked only now that the gift's row is held: a refund fails behind it, too.
    done = Receipt.objects.filter(refund=refund, refund__state=Refund.State.DONE)
    correction = done.select_related("gift", "corrects").first()
    supporter = refund.gift.supporter
    if correction is None or supporter is None or not supporter.email:
        return
    publication = Publication.load()
    send_letter(
        supporter.email,
        "receipt_corrected",
        {
            "number": correction.corrects.number if correction.corrects else "",
            "amount": exact_text(correction.amount, publication.language),
            "day": day_here(refund.refunded_at, publication, publication.language),
            "is_mistake": refund.reason == Refund.Reason.MISTAKE,
            "page": receipt_address(correction),
        },
        once=f"receipt-corrected:{refund.public_id}",
    )
    Receipt.objects.filter(pk=correction.pk, sent_times=0).update(sent_times=1, sent_last_at=timezone.now())


def correction_is_void(refund_pk: int) -> None:
    """Write to a supporter that a refund did not arrive; nothing where no paper ever said that it went back."""
    papers = Receipt.objects.filter(refund=refund_pk, refund__state=Refund.State.FAILED)
    correction = papers.select_related("gift__supporter", "refund", "corrects__gift").first()
    if correction is None or correction.refund is None or correction.corrects is None:
        return
    refund, supporter = correction.refund, correction.gift.supporter
    if supporter is None or not supporter.email or refund.failed_at is None:
        return
    publication = Publication.load()
    send_letter(
        supporter.email,
        "refund_came_back",
        {
            "number": correction.corrects.number,
            "correction": correction.number,
            "amount": exact_text(correction.amount, publication.language),
            "day": day_here(refund.failed_at, publication, publication.language),
            "page": receipt_address(correction.corrects),
        },
        once=f"refund-came-back:{refund.public_id}",
    )
