"""How a supporter comes to the page of their gifts: by a mailed link, or signed in with the address they gave from."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commonpress.accounts.models import Person
from commonpress.fundraising.actions.ways_in import address_inside, ask_way_in, close, may_open, open_with
from commonpress.fundraising.errors import AskAgain, KeyIsSpent
from commonpress.fundraising.forms.mine import AskForm
from commonpress.fundraising.models.way_in import TIME_INSIDE
from commonpress.fundraising.queries import givers
from commonpress.fundraising.views.mine_page import mine_page
from commonpress.lib.limits import address_prefix, limit
from commonpress.lib.refusals import require


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def door(request: HttpRequest) -> HttpResponse:
    """Show what is known of who came in; anybody else is asked for their address, and told the same whatever it is."""
    if request.method == "POST":
        return ask(request)
    addresses = addresses_of(request)
    rows = givers.rows_at(addresses)
    return mine_page(request, rows) if rows else ask_page(request, AskForm(), addresses)


def ask(request: HttpRequest) -> HttpResponse:
    form = AskForm(request.POST)
    if not form.is_valid():
        return ask_page(request, form, [], status=422)
    limit(f"way-in:{address_prefix(request)}", times=5, seconds=600)
    limit("way-in", times=60, seconds=60)
    ask_way_in(form.cleaned_data["email"])
    return redirect_to("fundraising:mine_asked")


@never_cache
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    return render(request, "fundraising/mine_asked.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def open_up(request: HttpRequest, key: str) -> HttpResponse:
    """Show a button, and let in who presses it: mail programs follow links, so looking spends nothing."""
    limit(f"way-in-open:{address_prefix(request)}", times=30, seconds=60)
    if request.method != "POST":
        require(may_open(key), KeyIsSpent)
        return render(request, "fundraising/mine_open.html", {"key": key})
    response = redirect_to("fundraising:mine")
    response.set_cookie(
        cookie_name(),
        open_with(key),
        max_age=int(TIME_INSIDE.total_seconds()),
        path=reverse("fundraising:mine"),
        secure=settings.SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


@never_cache
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    close(request.COOKIES.get(cookie_name(), ""))
    response = redirect_to("fundraising:mine")
    response.delete_cookie(cookie_name(), path=reverse("fundraising:mine"), samesite="Strict")
    return response


def ask_page(request: HttpRequest, form: AskForm, addresses: list[str], *, status: int = 200) -> HttpResponse:
    return render(request, "fundraising/mine_ask.html", {"form": form, "addresses": addresses}, status=status)


def addresses_of(request: HttpRequest) -> list[str]:
    """Return the addresses whose gifts this browser may see: that of the mailed link, else those of who is signed in."""
    session = request.COOKIES.get(cookie_name())
    address = address_inside(session) if session else None
    if address is not None:
        return [address]
    return givers.confirmed_addresses(request.user) if isinstance(request.user, Person) else []


def require_somebody(request: HttpRequest) -> list[str]:
    """Return the addresses this browser may act for. Raises AskAgain where it may for none."""
    addresses = addresses_of(request)
    require(bool(addresses), AskAgain)
    return addresses


def redirect_to(name: str) -> HttpResponse:
    # 303: after a form, the next page is asked for with GET.
    return HttpResponseRedirect(reverse(name), status=303)


def cookie_name() -> str:
    # Only for the pages under one path, so it cannot be a __Host- cookie.
    return "__Secure-gifts" if settings.SECURE else "gifts"
