"""What follows when an account is changed, or is to be. Each may run twice; a letter goes once."""

from django.conf import settings
from django.urls import reverse

from commonpress.fundraising.effects.pledges import occasion_of
from commonpress.fundraising.models.account_change import AccountChange, AccountEvent
from commonpress.fundraising.models.pledge import Pledge
from commonpress.fundraising.queries import people
from commonpress.fundraising.references import grouped
from commonpress.lib import formats
from commonpress.newsroom.models.publication import Publication
from commonpress.notices.models import Letter
from commonpress.notices.tell import send_letter


def account_event(event_pk: int) -> None:
    """Tell all who keep the books, and the paper's own address: an account is the first thing a burglar would change."""
    event = AccountEvent.objects.select_related("change").get(pk=event_pk)
    change = event.change
    publication = Publication.load()
    told = {person.email for person in people.bookkeepers()} | {publication.contact_email}
    for address in sorted(told - {""}):
        send_letter(
            address,
            "account_event",
            {
                "what": event.what,
                "is_bank": change.subject == AccountChange.Subject.BANK,
                "takes_away": change.takes_away,
                "by": event.by_name,
                "before": lines_of(change.stood),
                "after": lines_of(change.becomes),
                "needs_approval": change.needs_approval,
                "when": formats.moment(change.takes_effect_at, publication.zone, publication.language)
                if change.takes_effect_at
                else "",
                "page": settings.PUBLIC_URL + reverse("fundraising_desk:ways"),
            },
            once=f"account-event:{event.pk}:{address}",
        )


def lines_of(fields: dict[str, str]) -> list[str]:
    """Return an account as it stands in a letter, a line a fact; nothing for none."""
    shown = fields | ({"iban": grouped(fields["iban"])} if "iban" in fields else {})
    return [shown[name] for name in ("holder", "iban", "bic", "instructions", "label", "address") if shown.get(name)]


def account_of_pledges_changed(change_pk: int) -> None:
    """Tell whoever was sent the account before to look at their page before they send anything.

    Those we wrote to about their pledge, that is: to others no letter of it may go (see `may_write_to`).
    """
    change = AccountChange.objects.get(pk=change_pk)
    if change.settled_at is None:
        return
    awaited = Pledge.objects.filter(state=Pledge.State.OPEN, made_at__lte=change.settled_at)
    pledges = {occasion_of(pledge.public_id): pledge for pledge in awaited.select_related("supporter")}
    written = Letter.objects.filter(kind="pledge_made", once_key__in=list(pledges)).values_list("once_key", flat=True)
    for occasion in written:
        pledge = pledges[occasion]
        if pledge.supporter is None or not pledge.supporter.email:
            continue
        send_letter(
            pledge.supporter.email,
            "account_of_pledge_changed",
            {
                "reference": pledge.grouped_reference,
                "takes_away": change.takes_away,
                "page": settings.PUBLIC_URL + pledge.get_absolute_url(),
                "cancel": settings.PUBLIC_URL
                + reverse("fundraising:cancel", args=[pledge.public_id, pledge.cancel_token]),
            },
            once=f"account-changed:{change.public_id}:{pledge.public_id}",
        )
