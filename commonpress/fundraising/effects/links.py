"""What follows when a page elsewhere is shown to readers, or another one. It may run twice; a letter goes once."""

from django.conf import settings
from django.urls import reverse

from commonpress.accounts.models import Person
from commonpress.fundraising.models.giving_link import GivingLink
from commonpress.fundraising.queries import people
from commonpress.newsroom.models.publication import Publication
from commonpress.notices.tell import send_letter


def link_saved(link_pk: int, person_pk: int, saved_at: str) -> None:
    """Tell all who keep the books, and the paper's own address."""
    link = GivingLink.objects.get(pk=link_pk)
    who = Person.objects.filter(pk=person_pk).first()
    told = {person.email for person in people.bookkeepers()} | {Publication.load().contact_email}
    for address in sorted(told - {""}):
        send_letter(
            address,
            "giving_link_saved",
            {
                "name": link.name,
                "address": link.address,
                "is_shown": link.is_shown,
                "by": who.get_full_name() if who else "",
                "page": settings.PUBLIC_URL + reverse("fundraising_desk:ways"),
            },
            once=f"giving-link:{saved_at}:{link.pk}:{address}",
        )
