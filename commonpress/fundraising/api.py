"""The meter for programs."""

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from commonpress.fundraising.views import meter as views

router = Router(tags=["fundraising"])


class Tick(Schema):
    minor: int
    words: str


class Places(Schema):
    """Where on the ruler things stand, as percentages of its width."""

    received: str
    promised: str
    anchor: str


class MeterShown(Schema):
    """What readers have given to the current drive. Amounts are in the currency's smallest unit, as in cents."""

    drive: str
    title: str
    period: str
    currency: str
    received_minor: int
    promised_minor: int
    goal_minor: int | None
    gifts: int
    ticks: list[Tick]
    received: str = Field(description="The amount as the paper writes it.")
    goal: str
    text: str = Field(description="The meter in one sentence, as it is read aloud.")
    counts: str
    heading: str
    places: Places


@router.get("/meter/", response=MeterShown, summary="The meter")
def meter(request: HttpRequest) -> HttpResponse:
    """The same as /meter.json; not found while there is no drive."""
    return views.figures(request)
