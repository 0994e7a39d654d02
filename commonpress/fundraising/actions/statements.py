"""Taking bank statements: a file is read, looked at, and then taken with every movement in it, or dropped."""

from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from commonpress.accounts.models import Person
from commonpress.database.priority import priority
from commonpress.fundraising.models.statement import Movement, StatementImport
from commonpress.fundraising.queries.statements import known_between, our_ibans, standings_of
from commonpress.fundraising.statements.files import read_statement
from commonpress.fundraising.statements.records import Reported
from commonpress.fundraising.statements.sameness import Standing, same_as
from commonpress.fundraising.statements.table import Mapping

READ_AND_LEFT = timedelta(days=2)
# Long enough for every question a giver or an auditor asks about a transfer.
WORDS_ARE_KEPT = timedelta(days=180)
AHEAD_OF_US = timedelta(days=2)


@transaction.atomic
def read_in(raw: bytes, *, file_name: str, mapping: Mapping | None = None) -> StatementImport:
    """Read a file and keep its movements to be looked at; the same file left unfinished is gone on with.

    Raises StatementProblem; then nothing is kept.
    """
    latest = timezone.now().date() + AHEAD_OF_US
    found = read_statement(raw, ours=our_ibans(), key=mark_key(), latest=latest, mapping=mapping, known=known_between)
    digest = sha256(raw).hexdigest()
    StatementImport.objects.filter(digest=digest, taken_at=None).delete()
    first_on, last_on = found.days
    return StatementImport.objects.create(
        file_name=file_name[:120],
        kind=StatementImport.Kind(found.format),
        digest=digest,
        account=found.account[:40],
        first_on=first_on,
        last_on=last_on,
        movements_in_file=len(found.movements),
        mapping=mapping.as_json() if mapping else None,
        records=[movement.as_json() for movement in found.movements],
    )


def mark_key() -> bytes:
    """Return the key of the marks by which an account is known again."""
    return salted_hmac("commonpress.fundraising.payer", "", algorithm="sha256").digest()


@priority("money")
@transaction.atomic
def take_statement(statement: StatementImport, *, by: Person) -> StatementImport:
    """Take every movement of a file that is not known yet, all or none; taking it twice is taking it once.

    They are booked afterwards, each by itself (`actions/movements.py`).
    """
    one_at_a_time()
    statement = StatementImport.objects.select_for_update().get(pk=statement.pk)
    if statement.taken_at is not None:
        return statement
    movements = [Reported.from_json(kept) for kept in statement.records]
    found = standings_of(statement, movements)
    new = [
        row_of(movement, statement, standing, number)
        for movement, (standing, number) in zip(movements, found, strict=True)
        if standing != "known"
    ]
    Movement.objects.bulk_create(new, batch_size=500)
    statement.known_before = len(movements) - len(new)
    statement.records = []
    statement.taken_at = timezone.now()
    statement.taken_by = by
    statement.save()
    return statement


def one_at_a_time() -> None:
    # Two files that overlap must not both find a movement new. The oldest row stands for them all.
    StatementImport.objects.select_for_update().order_by("pk").values_list("pk", flat=True).first()


def row_of(movement: Reported, statement: StatementImport, standing: Standing, number: int) -> Movement:
    is_unsure = standing == "perhaps"
    return Movement(
        statement=statement,
        sameness=same_as(movement),
        number=number,
        was_unsure=is_unsure,
        booked_on=movement.booked_on,
        amount_minor=movement.amount.minor,
        currency=movement.amount.currency,
        payer_name=movement.payer.name,
        payer_mark=movement.payer.mark,
        payer_last4=movement.payer.last4,
        text=movement.text,
        is_return=movement.is_return,
        line=movement.line,
        state=Movement.State.QUEUED if is_unsure else Movement.State.NEW,
        why=Movement.Why.PERHAPS if is_unsure else "",
    )


@transaction.atomic
def drop_statement(statement: StatementImport) -> None:
    """Forget a file that was read and not taken. One that was taken stays."""
    StatementImport.objects.filter(pk=statement.pk, taken_at=None).delete()


@transaction.atomic
def forget_statements(now: datetime) -> int:
    """Drop files that were read and left, and empty who sent what was settled long ago; return how many that were."""
    StatementImport.objects.filter(taken_at=None, read_at__lt=now - READ_AND_LEFT).delete()
    done = Movement.objects.exclude(state__in=[Movement.State.NEW, Movement.State.QUEUED])
    old = done.filter(settled_at__lt=now - WORDS_ARE_KEPT).exclude(payer_name="", text="")
    return old.update(payer_name="", text="")
