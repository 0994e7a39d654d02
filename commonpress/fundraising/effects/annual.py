"""The letters with which a year's statements go out."""

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

from commonpress.fundraising.models.supporter import Supporter
from commonpress.fundraising.papers import annual_address
from commonpress.fundraising.queries import givers
from commonpress.fundraising.queries.annual import annual_statement, givers_of_year
from commonpress.newsroom.models.publication import Publication
from commonpress.notices.models import Letter
from commonpress.notices.tell import send_letter


def annual_statements(year: int) -> None:
    """Write to each address that gave in a year and was not given everything back.

    Each letter is a transaction of its own with a key of its own: begun again after a crash, this goes on where it was.
    """
    publication = Publication.load()
    told = set(Letter.objects.filter(once_key__startswith=f"annual:{year}:").values_list("once_key", flat=True))
    for row in givers_of_year(year, publication.tzinfo):
        once = annual_occasion(row, year)
        if once in told:
            continue
        statement = annual_statement(givers.rows_at([row.email]), year, publication.tzinfo)
        if not any(total.kept.minor > 0 for total in statement.totals):
            continue
        send_letter(
            row.email,
            "annual_statement",
            {
                "name": statement.name,
                "year": year,
                "page": annual_address(row, year),
                "mine": settings.PUBLIC_URL + reverse("fundraising:mine"),
            },
            once=once,
        )


def annual_occasion(row: Supporter, year: int) -> str:
    """Return the key of the letter about a year: of the address, which may be in several rows."""
    return f"annual:{year}:{salted_hmac('commonpress.fundraising.annual letter', row.email.lower()).hexdigest()[:32]}"
