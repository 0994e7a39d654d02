from django.utils import timezone

from commonpress.fundraising.models.drive import Drive
from commonpress.fundraising.models.milestone import Milestone
from commonpress.fundraising.tasks import announce_milestone

PERCENTS = (25, 50, 75, 100)


def reach_milestones(drive: Drive, period_key: str, *, by: int, total: int) -> None:
    """Note the parts of the goal that the last `by` minor units brought the period to, and have the highest announced.

    `total` is what the period has raised with them. Part of the booking's transaction. Each is noted once a period: a
    refund and another gift bring no second one.
    """
    if drive.goal_minor is None or by <= 0:
        return
    crossed = [percent for percent in PERCENTS if (total - by) * 100 < drive.goal_minor * percent <= total * 100]
    if not crossed:
        return
    period = Milestone.objects.filter(drive=drive, period_key=period_key)
    known = set(period.values_list("percent", flat=True))
    new = [percent for percent in crossed if percent not in known]
    now = timezone.now()
    Milestone.objects.bulk_create(
        [Milestone(drive=drive, period_key=period_key, percent=percent, reached_at=now) for percent in new],
        # Two gifts at once on PostgreSQL may both find it missing.
        ignore_conflicts=True,
    )
    if new:
        announce_milestone.enqueue(drive.pk, period_key, new[-1])
