"""The pages that stand in for a page: refused, unknown, gone, broken."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.cache import add_never_cache_headers
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from commonpress.lib.same_origin import needs_token_always, origin_is_unknown
from commonpress.theme.problems import BROKEN, NOTHING_HERE, is_for_programs, problem
from commonpress.theme.refusals import compose_again, send_again_message


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    if is_for_programs(request):
        return problem(403, _("Only the paper’s own pages may write here. Other sites lead their readers to it."))
    if not needs_token_always(request) and origin_is_unknown(request):
        return compose_again(request, send_again_message(), status=403, may_send=True)
    message = _("This form did not come from our own page, or had been open too long. Open the page again and send it.")
    return compose_again(request, message, status=403, may_send=False)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    message = _("The address or the form cannot be read. Please check it and try again.")
    return _stand_in(request, "theme/refused.html", 400, message)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    # The exception's own text is a library's or a developer's, not the reader's.
    return _stand_in(request, "theme/refused.html", 403, _("You may not see this page."))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _stand_in(request, "theme/not_found.html", 404, NOTHING_HERE)


def gone(request: HttpRequest) -> HttpResponse:
    """Answer the address of a story that was taken back."""
    return _stand_in(request, "theme/gone.html", 410)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer after an error of ours, which may be the database's: nothing here asks it anything."""
    if is_for_programs(request):
        return problem(500, BROKEN)
    response = HttpResponse(get_template("theme/broken.html").render({}), status=500)
    add_never_cache_headers(response)
    return response


def _stand_in(request: HttpRequest, template: str, status: int, message: str | Promise = "") -> HttpResponse:
    if is_for_programs(request):
        return problem(status, message)
    response = render(request, template, {"message": message}, status=status)
    add_never_cache_headers(response)
    return response
