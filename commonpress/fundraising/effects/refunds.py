"""What follows when a refund is asked for. It may run twice; a letter goes once."""

from django.conf import settings
from django.urls import reverse

from commonpress.fundraising.amounts import amount_text
from commonpress.fundraising.models.refund_request import RefundRequest
from commonpress.fundraising.queries import people
from commonpress.lib import formats
from commonpress.newsroom.models.publication import Publication
from commonpress.notices.tell import send_letter


def refund_asked_for(request_pk: int) -> None:
    """Tell the others who keep the books; where there are none, who asked: it may not have been they."""
    request = RefundRequest.objects.select_related("gift__drive", "asked_by").get(pk=request_pk)
    if not request.is_open:
        return
    publication = Publication.load()
    is_alone = request.waits_until is not None
    for person in people.bookkeepers():
        if (person.pk == request.asked_by_id) != is_alone:
            continue
        send_letter(
            person.email,
            "refund_asked_for",
            {
                "by": request.asked_by.get_full_name() if request.asked_by else "",
                "amount": amount_text(request.amount, publication.language),
                "drive": request.gift.drive.title,
                "reason": request.get_reason_display(),
                "note": request.note,
                "from": formats.moment(request.waits_until, publication.zone, publication.language)
                if request.waits_until
                else "",
                "page": settings.PUBLIC_URL + reverse("fundraising_desk:refund_request", args=[request.public_id]),
            },
            once=f"refund-asked-for:{request.public_id}:{person.pk}",
        )
