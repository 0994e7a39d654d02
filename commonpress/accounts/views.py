"""One's own account, and the doors that lead to the one sign-in."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.decorators import login_not_required
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from commonpress.accounts.actions.renaming import rename
from commonpress.accounts.again import accepts_code, send_code
from commonpress.accounts.erasing import erase
from commonpress.accounts.forms import DeletionForm, NameForm
from commonpress.accounts.http import SignedInRequest
from commonpress.accounts.last_owner import LastOwner
from commonpress.accounts.models import Person
from commonpress.accounts.rules import is_only_owner, is_staff_here
from commonpress.accounts.subscribing import known_subscriber
from commonpress.lib.refusals import require
from commonpress.notices.views.follows import manage_page


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def mine(request: SignedInRequest) -> HttpResponse:
    person = request.user
    # A form of its own row: a refused name must not show up elsewhere on the page.
    form = NameForm(request.POST or None, instance=Person.objects.get(pk=person.pk))
    if request.method == "POST" and form.is_valid():
        rename(person, form.cleaned_data["display_name"])
        messages.success(request, _("Saved."))
        return redirect("accounts:mine")
    context = {
        "form": form,
        "person": person,
        "has_password": person.has_usable_password(),
        "session_count": max(1, len(UserSession.objects.purge_and_list(person))),
        "is_staff": is_staff_here(person),
    }
    return render(request, "accounts/mine.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def follows(request: SignedInRequest) -> HttpResponse:
    """What a person is told of by mail; the same page as letters lead to."""
    return manage_page(request, known_subscriber(request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
@reauthentication_required
def delete(request: SignedInRequest) -> HttpResponse:
    person = request.user
    require(not is_only_owner(person), LastOwner)
    form = DeletionForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        # The person before the session: a failure to erase must not look like success.
        erase(Person.objects.get(pk=person.pk))
        logout(request)
        return redirect("accounts:deleted")
    return render(request, "accounts/delete.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def again(request: SignedInRequest) -> HttpResponse:
    """Ask a person without password and second factor for a code; see `again.ask_again`."""
    context = {"address": request.user.email, "was_sent": request.method == "POST", "is_wrong": False}
    if "code" in request.POST:
        if accepts_code(request, request.POST["code"]):
            onward = request.GET.get("next", "")
            return redirect(onward if get_adapter(request).is_safe_url(onward) else "accounts:mine")
        context["is_wrong"] = True
    elif request.method == "POST":
        send_code(request)
    return render(request, "accounts/again.html", context, status=422 if context["is_wrong"] else 200)


@require_safe
@never_cache
def deleted(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/deleted.html")


@never_cache
@login_not_required
def to_sign_in(request: HttpRequest, **parts: Any) -> HttpResponse:
    """Stand at every address where Wagtail or Django would ask for a password, and lead to ours.

    They know nothing of codes and second factors. A posted password is dropped, not forwarded.
    """
    onward = request.GET.get("next", "")
    address = reverse("account_login")
    if onward.startswith("/") and not onward.startswith("//"):
        address = f"{address}?{urlencode({'next': onward})}"
    response = redirect(address)
    # 303: whatever was sent, the browser asks for our page with GET.
    response.status_code = 303
    return response


@never_cache
def to_sign_out(request: HttpRequest) -> HttpResponse:
    """Lead Wagtail's sign-out to ours, which asks with a form."""
    response = redirect("account_logout")
    response.status_code = 303
    return response
