"""What follows when somebody says they sent something over a chain. It may run twice; a letter goes once."""

from django.conf import settings
from django.urls import reverse

from commonpress.fundraising.models.crypto_transfer import CryptoTransfer
from commonpress.fundraising.queries import people
from commonpress.notices.tell import send_letter


def transfer_told(transfer_pk: int) -> None:
    """Ask the treasurers to look it up."""
    transfer = CryptoTransfer.objects.get(pk=transfer_pk)
    if transfer.state != CryptoTransfer.State.ANNOUNCED:
        return
    for person in people.treasurers():
        send_letter(
            person.email,
            "transfer_to_look_up",
            {
                "transaction": transfer.transaction_id,
                "address": transfer.sent_to,
                "page": settings.PUBLIC_URL + reverse("fundraising_desk:transfer", args=[transfer.public_id]),
            },
            once=f"transfer-to-look-up:{transfer.public_id}:{person.pk}",
        )
