"""Giving, and by bank transfer: the ways there are, the form, the page of one pledge, and taking it back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonpress.fundraising import epc, swiss
from commonpress.fundraising.actions.pledges import cancel_pledge, make_pledge
from commonpress.fundraising.amounts import amount_text
from commonpress.fundraising.errors import GivingIsClosed, TransfersAreClosed, WrongCancelLink
from commonpress.fundraising.forms.give import GiveForm
from commonpress.fundraising.models.bank_details import BankDetails
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.ownership import OwnershipStatement
from commonpress.fundraising.models.pledge import Pledge
from commonpress.fundraising.money import Money
from commonpress.fundraising.queries import meters, months, ways
from commonpress.fundraising.queries.ways import Ways
from commonpress.fundraising.references import grouped, suited
from commonpress.lib import formats, once
from commonpress.lib.limits import address_prefix, limit_each
from commonpress.lib.refusals import TooOften, require
from commonpress.newsroom.middleware import publication_of


@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest) -> HttpResponse:
    """Show how to give, the same bytes for everybody; a POST makes a pledge."""
    return give_by(request, ways.open_ways())


@require_http_methods(["GET", "HEAD", "POST"])
def give_to(request: HttpRequest, slug: str) -> HttpResponse:
    """The same for a drive that is not the current one, which has the short address."""
    drive = get_object_or_404(Drive, slug=slug, is_visible=True)
    if drive.is_current:
        return redirect("fundraising:give")
    return give_by(request, ways.ways_to(drive))


def give_by(request: HttpRequest, open_ways: Ways) -> HttpResponse:
    drive = open_ways.drive if open_ways.takes_transfers else None
    if request.method != "POST":
        return give_page(request, open_ways, GiveForm(drive) if drive else None)
    if drive is None:
        raise TransfersAreClosed if open_ways.is_open else GivingIsClosed

    form = GiveForm(drive, request.POST)
    if not form.is_valid():
        return give_page(request, open_ways, form, status=422)
    key, is_known = once_key_of(request, form)
    if not is_known and are_too_many(request):
        return give_page(request, open_ways, form, status=429, waiting=form.cleaned_data["amount"])
    pledge = make_pledge(
        drive,
        amount=form.cleaned_data["amount"],
        public_name=form.cleaned_data["name"],
        email=form.cleaned_data["email"],
        message=form.cleaned_data["message"],
        once_key=key,
    )
    return redirect(pledge)


def are_too_many(request: HttpRequest) -> bool:
    """Count one more pledge, and tell whether so many came just now that it has to wait.

    A whole office or school may share an address, so twenty may come from it at once, and then one in two minutes.
    Letters to an address that somebody types, and what one pledge may promise, are limited by themselves; treasurers
    get a letter for each.
    """
    try:
        limit_each((f"pledge:{address_prefix(request)}", 20, 2400), ("pledge", 60, 60))
    except TooOften:
        return True
    return False


def once_key_of(request: HttpRequest, form: GiveForm) -> tuple[str, bool]:
    """Return the form's once-only key, and whether a pledge stands under it already.

    The page is the same bytes for everybody and carries no key; without JavaScript a second click is
    known by its sender and words.
    """
    given = once.key_of(request.POST)
    words = [form.drive.slug, *(str(form.cleaned_data[name]) for name in ("amount", "name", "email", "message"))]
    keys = (given,) if given else once.keys_of_words(address_prefix(request), *words)
    known = Pledge.objects.filter(once_key__in=keys).values_list("once_key", flat=True).first()
    return known or keys[0], known is not None


@require_safe
def pledge(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show whoever made the pledge where to send it. Its address cannot be guessed, and names nobody."""
    found = get_object_or_404(Pledge.objects.select_related("drive"), public_id=public_id)
    return pledge_page(request, "fundraising/pledge.html", found)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, public_id: str, token: str) -> HttpResponse:
    """Take a pledge back, in two steps: mail programs follow links, they do not press buttons."""
    found = get_object_or_404(Pledge.objects.select_related("drive"), public_id=public_id)
    require(found.accepts(token), WrongCancelLink)
    if request.method == "POST":
        cancel_pledge(found)
        return redirect(found)
    return pledge_page(request, "fundraising/cancel.html", found)


def give_page(
    request: HttpRequest, open_ways: Ways, form: GiveForm | None, *, status: int = 200, waiting: Money | None = None
) -> HttpResponse:
    """Show the ways to give; `waiting` is the amount of a pledge that could not be taken just now."""
    language = publication_of(request).language
    drive = open_ways.drive
    offered = [(str(money.minor), amount_text(money, language)) for money in drive.offered] if drive else []
    context: dict[str, object] = {"drive": drive, "ways": open_ways, "form": form, "offered": offered}
    context["others"] = [other for other in months.other_drives(drive) if other.takes_pledges_at(timezone.now())]
    if drive is not None and form is not None and (large := OwnershipStatement.large_from(drive.currency)):
        context["threshold"] = amount_text(large, language)
    now = timezone.now()
    if drive is not None and drive.is_over_at(now):
        context["raised"] = amount_text(meters.meter(drive, now).received, language)
    elif drive is not None and drive.starts_on and drive.is_ahead_at(now):
        context["begins_on"] = formats.day(drive.starts_on, language)
    if drive is not None and waiting is not None:
        # Without a pledge there is no reference but the drive's title.
        words = {"amount": amount_text(waiting, language), "reference": drive.title, "bank": open_ways.bank}
        context["waiting"] = words
    response = render(request, "fundraising/give.html", context, status=status)
    if form is not None and form.is_bound:
        add_never_cache_headers(response)
    return response


def pledge_page(request: HttpRequest, template: str, found: Pledge) -> HttpResponse:
    bank = BankDetails.load()
    context = {
        "pledge": found,
        "bank": bank,
        "reference": grouped(suited(found.reference, bank.iban if bank else "")),
        "amount": amount_text(found.amount, publication_of(request).language),
        "codes": transfer_codes(bank, found) if bank and found.is_open else [],
    }
    response = render(request, template, context)
    add_never_cache_headers(response)
    response["X-Robots-Tag"] = "noindex"
    return response


def transfer_codes(bank: BankDetails, found: Pledge) -> list[tuple[str, str]]:
    """Return the codes banking apps read, each with what to say of it; none where none can be made of such a transfer.

    An account in Switzerland that takes euros has two: apps there read the Swiss one, all others the European.
    """
    codes = []
    reference = suited(found.reference, bank.iban)
    if swiss.reaches(bank.iban, found.currency) and bank.fits_a_swiss_bill:
        bill = swiss.payload(
            iban=bank.iban,
            holder=bank.holder,
            street=bank.street,
            number=bank.street_number,
            postcode=bank.postcode,
            town=bank.town,
            country=bank.country,
            amount=found.amount,
            reference=reference,
        )
        codes.append((swiss.drawing(bill), _("Or scan this with a Swiss banking app.")))
    if epc.reaches(bank.iban, found.currency):
        is_creditor_reference = reference != found.reference
        transfer = epc.payload(
            holder=bank.holder,
            iban=bank.iban,
            bic=bank.bic,
            amount=found.amount,
            text="" if is_creditor_reference else found.grouped_reference,
            reference=reference if is_creditor_reference else "",
        )
        words = _("With any other banking app, scan this.") if codes else _("Or scan this with your banking app.")
        codes.append((epc.drawing(transfer), words))
    return codes
