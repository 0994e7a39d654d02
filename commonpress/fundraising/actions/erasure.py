from django.utils import timezone

from commonpress.accounts.models import Person
from commonpress.fundraising.models.supporter import Supporter


def erase_supporter(person: Person) -> int:
    """Forget who gave from the person's address, and return how many rows said so. Their gifts stay in the book."""
    # Anonymous supporters have no address: a person without one is none of them.
    if not person.email:
        return 0
    rows = Supporter.objects.filter(email__iexact=person.email)
    return rows.update(name="", public_name="", email="", erased_at=timezone.now())
