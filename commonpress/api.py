"""The paper for programs, under /-/api/: its addresses, its refusals, and the document that describes it.

Reading is for everybody, from any site, and the same for everybody. Writing is for who is on the paper's own pages:
the same rule as for its forms (lib/same_origin.py).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from ninja import Field, NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from commonpress.changes.shown import keep
from commonpress.discussion.api import router as discussion
from commonpress.fundraising.api import router as fundraising
from commonpress.lib.refusals import Refused, TooOften
from commonpress.theme.problems import FOR_PROGRAMS, NOTHING_HERE, problem

JSON = "application/json"


class Api(NinjaAPI):
    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Name an operation as its function is; the package it lives in is our own affair."""
        return operation.view_func.__name__


class Problem(Schema):
    """What was not done, and why (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str = Field(description="A sentence for the person who wanted it, in the paper's language.")
    errors: list[dict[str, str]] = Field([], description="What is wrong with which field, where fields were sent.")


api = Api(
    title="Commonpress",
    version="1",
    description=(
        "What a paper's pages show of its discussions and its meter, and the same ways to write and to vote. "
        "The address of a discussion is that of its page behind /-/api. Everybody may read, from any site; answers are "
        "the same for everybody and carry an ETag. Writing takes JSON from the paper's own pages only: a browser says so "
        "by itself, a program sends the paper's address as Origin and keeps the cookie it is given. What is refused "
        "is answered as application/problem+json (RFC 9457), in the paper's language."
    ),
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
)
api.add_router("", fundraising)
api.add_router("", discussion)


@api.exception_handler(Refused)
def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    answer = problem(refusal.status, refusal.message)
    if isinstance(refusal, TooOften):
        answer["Retry-After"] = "60"
    return answer


@api.exception_handler(Http404)
def not_found(request: HttpRequest, _missing: Http404) -> HttpResponse:
    return problem(404, NOTHING_HERE)


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Ninja's own word for a body that is no JSON, or too large."""
    return problem(error.status_code, _cannot_be_read())


@api.exception_handler(ValidationError)
def wrong(request: HttpRequest, error: ValidationError) -> HttpResponse:
    # An address whose words are not ours is no address.
    if any(each["loc"][0] == "path" for each in error.errors):
        return not_found(request, Http404())
    errors = [{"field": str(each["loc"][-1]), "detail": each["msg"]} for each in error.errors]
    return problem(422, _cannot_be_read(), errors=errors)


def _cannot_be_read() -> str:
    return _("The address or the form cannot be read. Please check it and try again.")


def document() -> OpenAPISchema:
    """Return the OpenAPI document; docs/openapi.json is a copy of it (a test compares the two)."""
    told = api.get_openapi_schema(path_prefix=FOR_PROGRAMS)
    told["components"]["schemas"]["Problem"] = Problem.model_json_schema()
    refusal = {
        "description": "Refused.",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for operations in told["paths"].values():
        for operation in operations.values():
            operation["responses"]["default"] = refusal
    return told


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    keep()
    return JsonResponse(document())


def guarded(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Return Ninja's view as one of ours: it takes HEAD, nothing but JSON, and says what it refuses.

    Ninja's views ask the middleware not to look where a request comes from; this one does not.
    """

    @wraps(view)
    def our_view(request: HttpRequest, **parts: Any) -> HttpResponse:
        if request.method == "HEAD":
            request.method = "GET"
        if request.method == "POST" and request.content_type != JSON:
            return problem(415, _("Please send JSON, and say so: Content-Type: application/json."))
        answer = view(request, **parts)
        if isinstance(answer, HttpResponseNotAllowed):
            allowed = answer["Allow"]
            answer = problem(405, _("This cannot be done at this address."))
            answer["Allow"] = allowed
        return answer

    our_view.csrf_exempt = False  # type: ignore[attr-defined]  # what Django's middleware asks a view
    return our_view


def _urls() -> tuple[list[URLPattern], str, str]:
    patterns, app_name, namespace = api.urls
    ours = [
        URLPattern(each.pattern, guarded(each.callback), each.default_args, each.name)
        for each in patterns
        if isinstance(each, URLPattern) and each.name != "api-root"
    ]
    return [path("openapi.json", openapi, name="openapi"), *ours], app_name, namespace


urls = _urls()
