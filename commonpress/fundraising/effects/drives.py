"""What follows when a drive gets on. Each may run twice; a letter goes once."""

from django.conf import settings
from django.urls import reverse

from commonpress.fundraising.amounts import amount_text
from commonpress.fundraising.models.milestone import Milestone
from commonpress.fundraising.periods import month_named
from commonpress.fundraising.queries import people
from commonpress.fundraising.typeset import period_text
from commonpress.newsroom.models.publication import Publication
from commonpress.notices.tell import send_letter


def milestone_reached(drive_pk: int, period_key: str, percent: int) -> None:
    """Tell the treasurers how far a drive has come, once a period and part of its goal."""
    milestone = Milestone.objects.select_related("drive").get(drive_id=drive_pk, period_key=period_key, percent=percent)
    drive = milestone.drive
    if drive.goal is None:
        return
    language = Publication.load().language
    period = month_named(period_key, drive.reset_day)
    for person in people.treasurers():
        send_letter(
            person.email,
            "milestone_reached",
            {
                "drive": drive.title,
                "period": period_text(drive, period, language) if period else "",
                "percent": str(percent),
                "goal": amount_text(drive.goal, language),
                "page": settings.PUBLIC_URL + reverse("fundraising:drive_ledger", args=[drive.slug]),
            },
            once=f"milestone:{drive_pk}:{period_key}:{percent}:{person.pk}",
        )


def books_are_wrong(made_at: str, findings: list[str]) -> None:
    """Tell everyone who keeps the books what the nightly audit found. Every night anew, until it is mended."""
    for person in people.bookkeepers():
        send_letter(
            person.email,
            "books_are_wrong",
            {"findings": findings, "page": settings.PUBLIC_URL + reverse("fundraising_desk:audit")},
            once=f"audit:{made_at}:{person.pk}",
        )
