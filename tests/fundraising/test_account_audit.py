"""What was proposed for an account and who agreed stays as it was written, and no other way leads to one."""

import re
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from commonpress.fundraising.actions.accounts import approve_change, call_off_change, propose_change
from commonpress.fundraising.models.account_change import AccountChange
from tests.factories.fundraising import JUNE, make_bank_details
from tests.fundraising.account_changes import ANOTHER, BANK, written

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.usefixtures("clock")]


@pytest.mark.parametrize(
    "fields", [{"becomes": {"iban": "evil"}}, {"stood": {}}, {"owners": [1]}, {"needs_approval": False}]
)
def test_a_proposal_is_never_edited_not_even_by_the_database(olive, owen, fields):
    make_bank_details()
    change = propose_change(BANK, ANOTHER, by=olive)
    approve_change(change, by=owen)

    with pytest.raises(IntegrityError), transaction.atomic():
        AccountChange.objects.filter(pk=change.pk).update(**fields)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE fundraising_accountchange SET state = 'due' WHERE state = 'called_off'",
        "UPDATE fundraising_accountchange SET approved_by_id = proposed_by_id",
        "DELETE FROM fundraising_accountchange",
        "UPDATE fundraising_accountevent SET by_name = 'Nobody'",
        "DELETE FROM fundraising_accountevent",
    ],
)
def test_the_audit_stays_as_it_was_written(olive, owen, sql):
    make_bank_details()
    call_off_change(propose_change(BANK, ANOTHER, by=olive), by=olive)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_database_lets_no_change_take_effect_without_the_approval_it_needs(olive, owen):
    make_bank_details()
    propose_change(BANK, ANOTHER, by=olive)

    for fields in ({"state": "applied"}, {"state": "due", "takes_effect_at": JUNE}):
        with pytest.raises(IntegrityError), transaction.atomic():
            AccountChange.objects.update(**fields)


def test_the_audit_outlasts_the_accounts_of_those_in_it(olive, owen):
    make_bank_details()
    change = propose_change(BANK, ANOTHER, by=olive)

    olive.delete()

    assert written(change) == [("proposed", "Olive")]


def test_no_other_code_writes_an_account():
    package = Path(__file__).parents[2] / "commonpress"
    writes = re.compile(
        r"(BankDetails|CryptoAddress)(\(pk|\(\*|\(\w+=|\.objects\.(create|update|bulk|get_or|update_or))"
        r"|(BankDetails|CryptoAddress)\.objects\.\w+\([^)]*\)\.(delete|update)\("
        r"|fundraising_(bankdetails|cryptoaddress)"
    )
    found = {
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if "migrations" not in path.parts and writes.search(path.read_text())
    }
    saves_its_form = {
        str(path.relative_to(package))
        for path in (package / "fundraising" / "views").rglob("*.py")
        if "BankDetails" in path.read_text() and re.search(r"(form|bank|details|address)\.save\(", path.read_text())
    }

    assert found == {"fundraising/actions/accounts.py"}
    assert saves_its_form == set()
