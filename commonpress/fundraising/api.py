"""The meter for programs."""

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from commonpress.fundraising.views import meter as views

router = Router(tags=["fundraising"])


class Tick(Schema):
    minor: int
    words: str


class GiftsApart(Schema):
    """Gifts in a currency that could not be converted: not in the sum."""

    currency: str
    minor: int
    gifts: int


class MeterShown(Schema):
    """What readers have given to the current drive. Amounts are in the currency's smallest unit, as in cents."""

    drive: str
    title: str
    period: str
    currency: str
    received_minor: int
    matched_minor: int = Field(description="What a matching pool added to it.")
    promised_minor: int
    goal_minor: int | None
    gifts: int
    apart: list[GiftsApart]
    ticks: list[Tick]
    received: str = Field(description="What was received and matched, as the paper writes it.")
    goal: str
    text: str = Field(description="The meter in one sentence, as it is read aloud.")
    counts: str
    heading: str
    ruler: list[tuple[str, str, str]] = Field(
        description="How the ruler in /meter.svg is drawn now: a part, one of its attributes, and the value."
    )


@router.get("/meter/", response=MeterShown, summary="The meter")
def meter(request: HttpRequest) -> HttpResponse:
    """The same as /meter.json; not found while there is no drive."""
    return views.figures(request)
