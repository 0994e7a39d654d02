"""The page of a supporter's gifts, put together."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from commonpress.accounts.models import Badge, Person
from commonpress.fundraising.amounts import amount_text
from commonpress.fundraising.forms.mine import NameShownForm
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.gift import Gift
from commonpress.fundraising.models.pledge import Pledge
from commonpress.fundraising.models.receipt import Receipt
from commonpress.fundraising.models.supporter import Supporter
from commonpress.fundraising.money import Money
from commonpress.fundraising.papers import annual_address, day_here
from commonpress.fundraising.queries import annual, givers, people
from commonpress.lib import formats
from commonpress.newsroom.middleware import publication_of

LETTERS_SHOWN = 20


def mine_page(
    request: HttpRequest, rows: list[Supporter], *, name_form: NameShownForm | None = None, status: int = 200
) -> HttpResponse:
    """Show all that is known of a supporter. Whoever calls this knows that it is theirs."""
    publication = publication_of(request)
    language = publication.language
    gifts = list(givers.gifts_of(rows))
    public_name = name_shown(rows, gifts)
    years = annual.years_of(rows, publication.tzinfo)
    context = {
        "addresses": sorted({row.email.lower() for row in rows}),
        "gifts": [gift_shown(gift, language) for gift in gifts],
        "pledges": [pledge_shown(pledge, language) for pledge in givers.pledges_of(rows) if pledge.is_open],
        "years": [(year, annual_address(rows[0], year)) for year in years],
        "public_name": public_name,
        "name_form": name_form or NameShownForm(initial={"name": public_name}),
        "mark": mark_of(whose_mark(request, rows)),
        "letters": [
            (letter.subject, day_here(letter.written_at, publication, language))
            for letter in givers.letters_to(rows)[:LETTERS_SHOWN]
        ],
        "is_by_link": not isinstance(request.user, Person),
    }
    return render(request, "fundraising/mine.html", context, status=status)


def name_shown(rows: list[Supporter], gifts: list[Gift]) -> str:
    """Return the name readers see, or may see once the money is here. What a stranger typed with a pledge comes last."""
    gave = {gift.supporter_id for gift in gifts}
    names = [row.public_name for row in sorted(rows, key=lambda row: row.pk not in gave)]
    return next(filter(None, names[: len(gave)] if gave else names), "")


def gift_shown(gift: Gift, language: str) -> dict[str, object]:
    refunded: int = gift.refunded_minor  # type: ignore[attr-defined]  # annotated by gifts_for_books
    receipts = list(gift.receipts.all())
    return {
        "public_id": gift.public_id,
        "day": day_of(gift.occurred_at, gift.drive, language),
        "amount": amount_text(gift.amount, language),
        "refunded": amount_text(Money(refunded, gift.currency), language) if refunded else "",
        "drive": gift.drive.title,
        "receipts": [(receipt_words(receipt), receipt.get_absolute_url()) for receipt in receipts],
        "may_have_receipt": bool(receipts) or refunded < gift.amount_minor,
    }


def pledge_shown(pledge: Pledge, language: str) -> dict[str, object]:
    return {
        "pledge": pledge,
        "amount": amount_text(pledge.amount, language),
        "drive": pledge.drive.title,
        "expires": day_of(pledge.expires_at, pledge.drive, language),
    }


def receipt_words(receipt: Receipt) -> str:
    return f"{receipt.get_kind_display()} {receipt.number}"


def whose_mark(request: HttpRequest, rows: list[Supporter]) -> Person | None:
    """Return whose account these supporters' badge is beside the comments of, if they have one."""
    if isinstance(request.user, Person):
        return request.user
    return next(iter(givers.people_at([row.email for row in rows])), None)


def mark_of(person: Person | None) -> str:
    """Return "shown", "hidden" where it could be shown, or nothing for who has no account or has not given lately."""
    if person is None:
        return ""
    if Badge.objects.filter(person=person, kind=Badge.Kind.SUPPORTER).exists():
        return "shown"
    until = people.supports_until(person)
    return "hidden" if until is not None and until > timezone.now() else ""


def day_of(moment: datetime, drive: Drive, language: str) -> str:
    return formats.day(moment.astimezone(drive.zone_info).date(), language)
