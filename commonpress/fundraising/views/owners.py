"""Who owns the paper, and who pays for it beside its many small supporters."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from commonpress.changes.shown import keep, shows
from commonpress.fundraising.amounts import amount_text, column_text
from commonpress.fundraising.models.ownership import OwnershipStatement
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import large
from commonpress.fundraising.typeset import percent_text
from commonpress.newsroom.middleware import publication_of
from commonpress.newsroom.models.publication import Publication


@dataclass(frozen=True, slots=True)
class ShareRow:
    total: str
    unnamed: str
    unknown: str
    # The part of a gauge's width, 0 to 100.
    unnamed_width: str


@dataclass(frozen=True, slots=True)
class Year:
    number: int
    # Pairs of a name and a sum.
    supporters: list[tuple[str, str]]
    shares: list[ShareRow]


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    keep("drive:*", "wall", "ownership")
    publication = publication_of(request)
    statement = OwnershipStatement.latest()
    large_from = OwnershipStatement.large_from(publication.currency)
    now = timezone.now().astimezone(publication.tzinfo)
    shows(until=datetime(now.year + 1, 1, 1, tzinfo=publication.tzinfo).astimezone(UTC))
    every = [year_of(number, large_from, publication) for number in (now.year, now.year - 1)]
    context = {
        "statement": statement,
        "advertising": advertising(statement, publication.language),
        "threshold": amount_text(large_from, publication.language) if large_from else "",
        "years": [year for year in every if year.shares],
    }
    return render(request, "fundraising/owners.html", context)


def year_of(number: int, large_from: Money | None, publication: Publication) -> Year:
    language = publication.language
    rows = large.large_supporters(number, zone=publication.zone, from_major=int(large_from.major) if large_from else 0)
    return Year(
        number=number,
        supporters=[(row.name, column_text(row.money, language)) for row in rows if row.name],
        shares=[
            ShareRow(
                total=amount_text(share.total, language),
                unnamed=percent_text(share.unnamed_share, language),
                unknown=percent_text(share.unknown_share, language) if share.unknown else "",
                unnamed_width=f"{float(share.unnamed_share * 100):.1f}%",
            )
            for share in large.shares(number, zone=publication.zone)
        ],
    )


def advertising(statement: OwnershipStatement | None, language: str) -> dict[str, str]:
    """Return the sums of the statement in words, by what they are; those it says nothing of are empty."""
    if statement is None:
        return {}
    sums = {"state": statement.state_advertising, "foreign": statement.foreign_advertising}
    return {name: amount_text(money, language) if money is not None else "" for name, money in sums.items()}
