"""How a refusal looks: the sentence, and everything that was typed."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commonpress.lib import once
from commonpress.lib.refusals import Refused

# What a reader calls our forms' fields; a field not named here stands under its own name.
LABELS = {
    "text": gettext_lazy("Your comment"),
    "name": gettext_lazy("Your name"),
    "display_name": gettext_lazy("Your name"),
    "writes_as": gettext_lazy("Your name"),
    "email": gettext_lazy("E-mail address"),
    "message": gettext_lazy("Your message"),
    "amount": gettext_lazy("Amount"),
    "shown_drive": gettext_lazy("Drive"),
    "tell": gettext_lazy("Tell me of"),
    "pace": gettext_lazy("How often"),
    "address": gettext_lazy("E-mail address"),
    "reason": gettext_lazy("Reason"),
    "quote": gettext_lazy("The words you marked"),
    "before": gettext_lazy("What stands before them"),
    "passage": gettext_lazy("Passage"),
}
LONG = frozenset({"text", "message", "reason"})
# Never sent back: a token is made anew, and a secret is not for a page to show.
KEPT_BACK = frozenset({"csrfmiddlewaretoken", "credential"})
# Whatever a form calls its secrets ("owner_password", "oldpassword", "recovery_codes").
SECRET_WORDS = ("password", "code")


@dataclass(frozen=True)
class TypedField:
    name: str
    value: str
    label: str
    is_long: bool
    is_hidden: bool


class SenderIsGone(BadRequest):
    """Half a request came. Nobody reads the answer, and nothing of ours is broken."""


class RefusalMiddleware:
    """Shows a raised Refused in the paper's look, with its own status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, UnreadablePostError):
            raise SenderIsGone from exception
        if not isinstance(exception, Refused):
            return None
        if request.method == "POST":
            try:
                return compose_again(
                    request,
                    str(exception.message),
                    status=exception.status,
                    may_send=exception.may_try_again,
                    is_another=isinstance(exception, once.SentAlready),
                )
            except UnreadablePostError as unreadable:
                # Refused before anything typed was read.
                raise SenderIsGone from unreadable
        response = render(request, "theme/refused.html", {"message": exception.message}, status=exception.status)
        add_never_cache_headers(response)
        return response


def compose_again(
    request: HttpRequest, message: str, *, status: int, may_send: bool, is_another: bool = False
) -> HttpResponse:
    """Answer a refused POST with what was typed; with a token and a button where it may pass next time.

    `is_another`: the form's once-only key is spent, so it comes back with a new one.
    """
    context = {
        "message": message,
        "fields": typed_fields(request, is_another=is_another),
        "may_send": may_send,
        "address": request.get_full_path(),
    }
    response = render(request, "theme/compose_again.html", context, status=status)
    add_never_cache_headers(response)
    return response


def typed_fields(request: HttpRequest, *, is_another: bool) -> list[TypedField]:
    """Return what was posted, in order; all of it in sight but the once-only key.

    In sight, because a browser that does not name the page the form came from may have been
    handed the form by a stranger: who presses the button must see what they send.
    """
    return [
        TypedField(
            name=name,
            value=once.new_key() if is_another and name == once.FIELD else value,
            label=str(LABELS.get(name, name)),
            is_long=name in LONG or "\n" in value or len(value) > 60,
            is_hidden=name == once.FIELD,
        )
        for name, values in request.POST.lists()
        if not is_kept_back(name)
        for value in values
        if value
    ]


def is_kept_back(name: str) -> bool:
    return name in KEPT_BACK or any(word in name.lower() for word in SECRET_WORDS)


def send_again_message() -> str:
    return _("Your browser did not say which page this comes from. Please look it over and send it again.")
