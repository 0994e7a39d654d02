"""Showing and hiding that one is a supporter, from one's own account."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from commonpress.accounts.http import SignedInRequest
from commonpress.fundraising.actions.badges import hide_support, show_support
from commonpress.lib.limits import limit


@require_POST
@never_cache
@login_required
def change(request: SignedInRequest) -> HttpResponse:
    # Each change makes every discussion anew in which the person wrote.
    limit(f"badge:{request.user.pk}", times=6, seconds=3600)
    if request.POST.get("show") == "yes":
        show_support(request.user)
        messages.success(request, _("Your comments are marked as a supporter’s now."))
    else:
        hide_support(request.user)
        messages.success(request, _("The mark is gone from all your comments."))
    return redirect("accounts:mine")
