"""How a refusal looks to programs: RFC 9457, with the sentence a person would read."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext_lazy as _

# What answers programs (urls.py); everything else answers people.
FOR_PROGRAMS = "/-/api/"
NOTHING_HERE = _("Nothing stands at this address. It may have been typed wrong, or the link that led here is old.")
BROKEN = _("Something broke on our side, not on yours. It has been noted. Please try again in a moment.")


def is_for_programs(request: HttpRequest) -> bool:
    return request.path.startswith(FOR_PROGRAMS)


def problem(status: int, detail: object, **more: Any) -> JsonResponse:
    """Answer that something was not done, and why; kept by nobody."""
    told = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": str(detail)}
    answer = JsonResponse(told | more, status=status, content_type="application/problem+json")
    answer["Cache-Control"] = "no-store, private"
    return answer
