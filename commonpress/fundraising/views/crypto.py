"""Giving over a chain: the addresses, and telling us of what was sent."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods, require_safe

from commonpress.fundraising import bitcoin
from commonpress.fundraising.actions.crypto import has_told, tell_of_transfer
from commonpress.fundraising.forms.crypto import TransferForm
from commonpress.fundraising.models.crypto_transfer import CryptoTransfer
from commonpress.fundraising.queries import ways
from commonpress.lib.limits import address_prefix, limit_each
from commonpress.newsroom.middleware import publication_of


@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest) -> HttpResponse:
    """Show the addresses, the same bytes for everybody; a POST tells of what was sent."""
    open_ways = ways.open_ways()
    if open_ways.drive is None or not open_ways.addresses:
        raise Http404
    label = publication_of(request).name
    uris = [bitcoin.uri(found.address, label=label, message=open_ways.drive.title) for found in open_ways.addresses]
    shown = [
        {"address": found, "uri": uri, "code": bitcoin.drawing(uri)}
        for found, uri in zip(open_ways.addresses, uris, strict=True)
    ]
    if request.method != "POST":
        return render(request, "fundraising/bitcoin.html", {"shown": shown, "form": TransferForm()})

    form = TransferForm(request.POST)
    if not form.is_valid():
        response = render(request, "fundraising/bitcoin.html", {"shown": shown, "form": form}, status=422)
        add_never_cache_headers(response)
        return response
    data = form.cleaned_data
    if not has_told(data["transaction"], data["email"]):
        # The first is a person at a keyboard; the second is all the world at once.
        limit_each((f"transfer:{address_prefix(request)}", 5, 600), ("transfer", 60, 60))
    told = tell_of_transfer(data["address"], transaction_id=data["transaction"], email=data["email"])
    return redirect("fundraising:transfer", told.public_id)


@require_safe
def transfer(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show whoever told of it how it stands. Its address cannot be guessed, and names nobody."""
    found = get_object_or_404(CryptoTransfer, public_id=public_id)
    response = render(request, "fundraising/crypto_transfer.html", {"transfer": found})
    add_never_cache_headers(response)
    response["X-Robots-Tag"] = "noindex"
    return response
