from collections.abc import Iterable

from django.db import transaction

from commonpress.fundraising.ecb import EuroRate
from commonpress.fundraising.models.fx_rate import FxRate
from commonpress.fundraising.queries.rates import HUB


@transaction.atomic
def save_rate(rate: FxRate) -> FxRate:
    """Keep a rate, in the place of another of that day. What was booked with the other stays as it is."""
    standing = FxRate.objects.filter(base=rate.base, quote=rate.quote, day=rate.day).first()
    rate.pk = standing.pk if standing else None
    rate.save()
    return rate


@transaction.atomic
def take_in_rates(rates: Iterable[EuroRate]) -> int:
    """Keep the European Central Bank's rates that are not known yet; return how many. What was typed in stays."""
    new = [
        FxRate(day=each.day, base=HUB, quote=each.currency, rate=each.rate, source=FxRate.Source.ECB) for each in rates
    ]
    if not new:
        return 0
    since = min(rate.day for rate in new)
    known = set(FxRate.objects.filter(base=HUB, day__gte=since).values_list("quote", "day"))
    new = [rate for rate in new if (rate.quote, rate.day) not in known]
    FxRate.objects.bulk_create(new, batch_size=500, ignore_conflicts=True)
    return len(new)
