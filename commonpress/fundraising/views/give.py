"""Giving by bank transfer: the form, the page of one pledge, and taking it back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods, require_safe

from commonpress.fundraising import epc, queries
from commonpress.fundraising.actions.pledges import cancel_pledge, make_pledge
from commonpress.fundraising.amounts import amount_text
from commonpress.fundraising.errors import GivingIsClosed, WrongCancelLink
from commonpress.fundraising.forms.give import GiveForm
from commonpress.fundraising.models.bank_details import BankDetails
from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.pledge import Pledge
from commonpress.lib import formats, once
from commonpress.lib.limits import address_prefix, limit
from commonpress.lib.refusals import require
from commonpress.newsroom.middleware import publication_of


@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest) -> HttpResponse:
    """Show how to give, the same bytes for everybody; a POST makes a pledge."""
    drive = queries.current_drive()
    bank = BankDetails.load()
    is_open = drive is not None and bank is not None and drive.takes_pledges_at(timezone.now())
    if request.method != "POST":
        return give_page(request, drive, bank, GiveForm(drive) if drive and is_open else None)
    if drive is None or not is_open:
        raise GivingIsClosed

    form = GiveForm(drive, request.POST)
    if not form.is_valid():
        return give_page(request, drive, bank, form, status=422)
    key, is_known = once_key_of(request, form)
    if not is_known:
        # The first is a person at a keyboard; the second is all the world at once.
        limit(f"pledge:{address_prefix(request)}", times=5, seconds=600)
        limit("pledge", times=60, seconds=60)
    pledge = make_pledge(
        drive,
        amount=form.cleaned_data["amount"],
        public_name=form.cleaned_data["name"],
        email=form.cleaned_data["email"],
        message=form.cleaned_data["message"],
        once_key=key,
    )
    return redirect(pledge)


def once_key_of(request: HttpRequest, form: GiveForm) -> tuple[str, bool]:
    """Return the form's once-only key, and whether a pledge stands under it already.

    The page is the same bytes for everybody and carries no key; without JavaScript a second click is
    known by its sender and words.
    """
    given = once.key_of(request.POST)
    words = [str(form.cleaned_data[name]) for name in ("amount", "name", "email", "message")]
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
    request: HttpRequest, drive: Drive | None, bank: BankDetails | None, form: GiveForm | None, *, status: int = 200
) -> HttpResponse:
    language = publication_of(request).language
    offered = [(str(money.minor), amount_text(money, language)) for money in drive.offered] if drive else []
    context: dict[str, object] = {"drive": drive, "bank": bank, "form": form, "offered": offered}
    now = timezone.now()
    if drive is not None and drive.is_over_at(now):
        context["raised"] = amount_text(queries.meter(drive, now).received, language)
    elif drive is not None and drive.starts_on and drive.is_ahead_at(now):
        context["begins_on"] = formats.day(drive.starts_on, language)
    response = render(request, "fundraising/give.html", context, status=status)
    if form is not None and form.is_bound:
        add_never_cache_headers(response)
    return response


def pledge_page(request: HttpRequest, template: str, found: Pledge) -> HttpResponse:
    bank = BankDetails.load()
    context = {
        "pledge": found,
        "bank": bank,
        "amount": amount_text(found.amount, publication_of(request).language),
        "code": transfer_code(bank, found) if bank and found.is_open else "",
    }
    response = render(request, template, context)
    add_never_cache_headers(response)
    response["X-Robots-Tag"] = "noindex"
    return response


def transfer_code(bank: BankDetails, found: Pledge) -> str:
    """Return the code a banking app reads, or nothing where none can be made of such a transfer."""
    if not epc.reaches(bank.iban, found.currency):
        return ""
    return epc.drawing(
        epc.payload(
            holder=bank.holder,
            iban=bank.iban,
            bic=bank.bic,
            amount=found.amount,
            text=found.grouped_reference,
        )
    )
