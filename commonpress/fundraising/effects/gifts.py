"""What follows when money is received. Each may run twice; a letter goes once."""

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from commonpress.fundraising import receipting
from commonpress.fundraising.amounts import amount_text
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.receipt import Receipt
from commonpress.fundraising.papers import receipt_address
from commonpress.lib import formats
from commonpress.newsroom.models.publication import Publication
from commonpress.notices.tell import send_letter


@transaction.atomic
def gift_received(gift_pk: int) -> None:
    """Thank the supporter, with the receipt."""
    gift = Gift.objects.select_related("drive", "supporter").get(pk=gift_pk)
    if gift.supporter is None or not gift.supporter.email:
        return
    receipt = receipting.issue(gift)
    publication = Publication.load()
    send_letter(
        gift.supporter.email,
        "gift_received",
        {
            "name": gift.supporter.public_name or gift.supporter.name,
            "drive": gift.drive.title,
            "amount": amount_text(gift.amount, publication.language),
            "day": formats.day(timezone.localtime(gift.occurred_at, gift.drive.zone_info).date(), publication.language),
            "number": receipt.number if receipt else "",
            "page": receipt_address(receipt) if receipt else "",
            "mine": settings.PUBLIC_URL + reverse("fundraising:mine"),
        },
        once=f"gift-received:{gift.public_id}",
    )
    if receipt is not None:
        Receipt.objects.filter(pk=receipt.pk, sent_times=0).update(sent_times=1, sent_last_at=timezone.now())
