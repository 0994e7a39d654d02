"""What the page shows to one reader only: fetched after it, kept by nobody.

A page is the same bytes for everyone. Who signs in, or becomes a guest, gets a second cookie that says only
that; where it is missing the page does not even ask.
"""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie
from wagtail.models import Page

from commonpress.accounts.http import WriterRequest, correct_hint
from commonpress.accounts.models import Person
from commonpress.accounts.rules import is_staff_here
from commonpress.lib.refusals import require
from commonpress.lib.same_origin import may_be_told_what_is_personal


@require_safe
@never_cache
@vary_on_cookie
def me(request: WriterRequest) -> HttpResponse:
    """Answer one fragment with all that is a reader's own on a page, whose key is `?page=`.

    For who is signed in: name, account, desk, signing out. For guests too: votes and held comments. Pages of other
    sites are told nothing.
    """
    if not may_be_told_what_is_personal(request):
        return HttpResponse(status=204)
    writer = request.writer
    person = writer if isinstance(writer, Person) else None
    is_staff = person is not None and is_staff_here(person)
    page = _page_of(request.GET.get("page", "")) if writer is not None else None
    context = {
        "person": person,
        "is_staff": is_staff,
        "edit": _editor_of(page.pk) if person and is_staff and page and _may_edit(person, page) else None,
        "demo": settings.IS_DEMO,
        "page": page,
    }
    response = render(request, "newsroom/me.html", context) if writer is not None else HttpResponse(status=204)
    if person is None:
        correct_hint(request, response)
    return response


@require_safe
@never_cache
@login_required
def edit(request: HttpRequest, page_id: int) -> HttpResponse:
    """Lead from a page's number to its editor: for staff whose browser runs no JavaScript."""
    require(is_staff_here(request.user))
    page = get_object_or_404(Page, pk=page_id)
    require(page.permissions_for_user(request.user).can_edit())
    return redirect(_editor_of(page.pk))


def _page_of(page_id: str) -> Page | None:
    if not (page_id.isascii() and page_id.isdigit() and len(page_id) < 19):
        return None
    found: Page | None = Page.objects.filter(pk=int(page_id)).first()
    return found


def _may_edit(person: Person, page: Page) -> bool:
    return bool(page.permissions_for_user(person).can_edit())


def _editor_of(page_id: int) -> str:
    """Return the address of a page's editor, which leads on to the list of stories once it is published."""
    editor = reverse("wagtailadmin_pages:edit", args=(page_id,))
    return f"{editor}?{urlencode({'next': reverse('stories:index')})}"
