from django.db import transaction
from django.utils import timezone

from commonpress.accounts.models import Person
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.pledge import Pledge
from commonpress.fundraising.models.supporter import Supporter


@transaction.atomic
def erase_supporter(person: Person) -> int:
    """Forget who gave from the person's address and what they wrote, and return how many rows said so.

    Their gifts stay in the book, and so does the staff's note on each: it explains the booking to an
    auditor, and its form asks for no names in it.
    """
    # Anonymous supporters have no address: a person without one is none of them.
    if not person.email:
        return 0
    rows = list(Supporter.objects.filter(email__iexact=person.email).values_list("pk", flat=True))
    Gift.objects.filter(supporter__in=rows).update(message="")
    Pledge.objects.filter(supporter__in=rows).update(message="")
    return Supporter.objects.filter(pk__in=rows).update(name="", public_name="", email="", erased_at=timezone.now())
