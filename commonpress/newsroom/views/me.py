"""What the page shows to one reader only: fetched after it, kept by nobody.

A page is the same bytes for everyone. Who signs in gets a second cookie that says only that
there is a session; where it is missing the page does not even ask.
"""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.models import Page

from commonpress.accounts.http import forget_signed_in_hint
from commonpress.accounts.models import Person
from commonpress.accounts.rules import is_staff_here
from commonpress.lib.refusals import require


@require_safe
@never_cache
def me(request: HttpRequest) -> HttpResponse:
    """Answer a fragment: name, account, desk, signing out. `?page=` is the key of the page being read."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not isinstance(request.user, Person):
        response = HttpResponse(status=204)
        forget_signed_in_hint(response)
        return response
    person = request.user
    is_staff = is_staff_here(person)
    context = {
        "person": person,
        "is_staff": is_staff,
        "edit": _page_to_edit(person, request.GET.get("page", "")) if is_staff else None,
        "demo": settings.IS_DEMO,
    }
    return render(request, "newsroom/me.html", context)


@require_safe
@never_cache
@login_required
def edit(request: HttpRequest, page_id: int) -> HttpResponse:
    """Lead from a page's number to its editor: for staff whose browser runs no JavaScript."""
    require(is_staff_here(request.user))
    page = get_object_or_404(Page, pk=page_id)
    require(page.permissions_for_user(request.user).can_edit())
    return redirect(_editor_of(page.pk))


def _page_to_edit(person: Person, page_id: str) -> str | None:
    if not (page_id.isascii() and page_id.isdigit() and len(page_id) < 19):
        return None
    page = Page.objects.filter(pk=int(page_id)).first()
    return _editor_of(page.pk) if page is not None and page.permissions_for_user(person).can_edit() else None


def _editor_of(page_id: int) -> str:
    """Return the address of a page's editor, which leads on to the list of stories once it is published."""
    editor = reverse("wagtailadmin_pages:edit", args=(page_id,))
    return f"{editor}?{urlencode({'next': reverse('stories:index')})}"
