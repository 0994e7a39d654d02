"""What supporters do on the page of their gifts. Each view acts on what is theirs, and finds nothing else."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commonpress.fundraising.actions.badges import hide_support, show_support
from commonpress.fundraising.actions.erasure import erase_giver
from commonpress.fundraising.actions.names import hide_name, show_name
from commonpress.fundraising.actions.pledges import change_pledge
from commonpress.fundraising.actions.receipts import issue_receipt, send_receipt
from commonpress.fundraising.amounts import amount_text
from commonpress.fundraising.forms.mine import ChangePledgeForm, NameShownForm
from commonpress.fundraising.models.receipt import Receipt
from commonpress.fundraising.queries import givers
from commonpress.fundraising.queries.everything import everything_of
from commonpress.fundraising.views.mine_door import cookie_name, redirect_to, require_somebody
from commonpress.fundraising.views.mine_page import mine_page, whose_mark
from commonpress.lib.limits import limit
from commonpress.newsroom.middleware import publication_of


@never_cache
@require_POST
def name(request: HttpRequest) -> HttpResponse:
    """Show readers a name with all one gave, or none."""
    addresses = require_somebody(request)
    limit(f"name-shown:{addresses[0].lower()}", times=10, seconds=3600)
    if request.POST.get("then") == "hide":
        hide_name(addresses)
        messages.success(request, _("Readers see no name with your gifts now."))
        return redirect_to("fundraising:mine")
    form = NameShownForm(request.POST)
    if not form.is_valid():
        return mine_page(request, givers.rows_at(addresses), name_form=form, status=422)
    show_name(addresses, form.cleaned_data["name"])
    messages.success(request, _("Readers see this name with your gifts once one of us has read it."))
    return redirect_to("fundraising:mine")


@never_cache
@require_POST
def mark(request: HttpRequest) -> HttpResponse:
    """Show or hide the mark beside the comments of one's account."""
    person = whose_mark(request, givers.rows_at(require_somebody(request)))
    if person is not None:
        limit(f"badge:{person.pk}", times=6, seconds=3600)
        (show_support if request.POST.get("show") == "yes" else hide_support)(person)
    return redirect_to("fundraising:mine")


@never_cache
@require_POST
def receipt(request: HttpRequest, public_id: str) -> HttpResponse:
    """Make the receipt of a gift that has none yet, or send it once more."""
    rows = givers.rows_at(require_somebody(request))
    gift = get_object_or_404(givers.gifts_of(rows), public_id=public_id)
    limit(f"receipt:{gift.pk}", times=3, seconds=86_400)
    if Receipt.objects.filter(gift=gift).exists():
        send_receipt(gift)
        messages.success(request, _("The receipt is on its way to you once more."))
    else:
        issue_receipt(gift)
        messages.success(request, _("The receipt is made. You find it beside the gift."))
    return redirect_to("fundraising:mine")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pledge(request: HttpRequest, public_id: str) -> HttpResponse:
    """Promise another amount instead."""
    rows = givers.rows_at(require_somebody(request))
    found = get_object_or_404(givers.pledges_of(rows), public_id=public_id)
    form = ChangePledgeForm(found, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        # Each change makes every page with the meter anew.
        limit(f"change-pledge:{found.pk}", times=6, seconds=3600)
        changed = change_pledge(found, form.cleaned_data["amount"])
        words = _("You promise %(amount)s now.")
        messages.success(request, words % {"amount": amount_text(changed.amount, publication_of(request).language)})
        return redirect_to("fundraising:mine")
    context = {
        "pledge": found,
        "form": form,
        "amount": amount_text(found.amount, publication_of(request).language),
    }
    return render(request, "fundraising/mine_pledge.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """All we keep of a supporter, for programs and for elsewhere."""
    addresses = require_somebody(request)
    response = JsonResponse(everything_of(givers.rows_at(addresses)), json_dumps_params={"indent": 2})
    response["Content-Disposition"] = 'attachment; filename="my-gifts.json"'
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest) -> HttpResponse:
    """Say what goes and what stays, and erase at a second word."""
    addresses = require_somebody(request)
    rows = givers.rows_at(addresses)
    is_sure = request.POST.get("sure") == "yes"
    if request.method == "POST" and is_sure:
        erase_giver(addresses)
        response = render(request, "fundraising/mine_erased.html")
        response.delete_cookie(cookie_name(), path="/give/mine/", samesite="Strict")
        return response
    context = {
        "addresses": sorted({row.email.lower() for row in rows}),
        "receipt_years": settings.RECEIPT_YEARS,
        "open_pledges": givers.pledges_of(rows).filter(state="open").count(),
        "must_tick": request.method == "POST",
    }
    return render(request, "fundraising/mine_erase.html", context, status=422 if context["must_tick"] else 200)
