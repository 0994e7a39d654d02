"""What was given and promised from one's own addresses: for their owner's eyes."""

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.db.models.functions import Lower

from commonpress.accounts.models import Person
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.pledge import Pledge
from commonpress.fundraising.models.receipt import Receipt
from commonpress.fundraising.models.supporter import Supporter
from commonpress.fundraising.queries.books import gifts_for_books
from commonpress.notices.models import Letter

# The kinds of letters that supporters get; each a template under letters/.
LETTERS = (
    "pledge_made",
    "pledge_reminder",
    "account_of_pledge_changed",
    "gift_received",
    "receipt",
    "receipt_corrected",
    "refund_came_back",
    "annual_statement",
    "way_in",
)


def rows_at(addresses: Iterable[str], *, who_gave: bool = False) -> list[Supporter]:
    """Return every supporter's row of these addresses, in whatever case they were written; or those with a gift alone.

    Compared again here: where a database counts "maıl.example" without a dot as MAIL.EXAMPLE, it is another's.
    """
    wanted = {address.lower() for address in addresses if address}
    if not wanted:
        return []
    rows = Supporter.objects.alias(address=Lower("email")).filter(address__in=wanted)
    if who_gave:
        rows = rows.filter(Exists(Gift.objects.filter(supporter=OuterRef("pk"))))
    return [row for row in rows.order_by("pk") if row.email.lower() in wanted]


def confirmed_addresses(person: Person) -> list[str]:
    """Return the addresses a person has proved to be theirs."""
    return list(EmailAddress.objects.filter(user=person, verified=True).values_list("email", flat=True))


def people_at(addresses: Iterable[str]) -> list[Person]:
    """Return the people who have proved one of these addresses to be theirs."""
    wanted = {address.lower() for address in addresses if address}
    # Kept in small letters by allauth, which is asked for exactly these.
    return list(Person.objects.filter(emailaddress__email__in=wanted, emailaddress__verified=True).distinct())


def gifts_of(rows: Iterable[Supporter]) -> QuerySet[Gift]:
    """Return the gifts of these supporters with what was refunded, their receipts and corrections, the latest first."""
    papers = Receipt.objects.order_by("year", "serial")
    return gifts_for_books().filter(supporter__in=rows).prefetch_related("refunds", Prefetch("receipts", papers))


def pledges_of(rows: Iterable[Supporter]) -> QuerySet[Pledge]:
    return Pledge.objects.filter(supporter__in=rows).select_related("drive")


def letters_to(rows: Iterable[Supporter]) -> QuerySet[Letter]:
    """Return the letters we wrote to these supporters about their giving, the latest first."""
    return letters_at(row.email for row in rows).filter(kind__in=LETTERS).order_by("-pk")


def letters_at(addresses: Iterable[str]) -> QuerySet[Letter]:
    """Return every letter to these addresses, in whatever case they were written."""
    wanted = {address.lower() for address in addresses if address}
    return Letter.objects.alias(address=Lower("to")).filter(address__in=wanted)
