"""What accounts changes at Wagtail's desk."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail import hooks

from commonpress.accounts.models import Person


@hooks.register("before_bulk_action")
def people_one_by_one(request: HttpRequest, action_type: str, objects: list[Any], action: Any) -> HttpResponse | None:
    """Refuse Wagtail's bulk actions on people: they know neither what is erased with one nor the last owner."""
    if any(isinstance(thing, Person) for thing in objects):
        return redirect("wagtailusers_users:index")
    return None
