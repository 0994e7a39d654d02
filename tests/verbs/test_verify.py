import pytest
from django.db import connection

from commonpress import cli
from commonpress.fundraising.actions.books import seal_books
from commonpress.fundraising.models.meter_total import MeterTotal
from commonpress.verbs import verify_verb
from tests.factories.fundraising import JUNE, make_drive, make_gift

pytestmark = pytest.mark.django_db


@pytest.fixture
def verify(monkeypatch, tmp_path, capsys):
    """Run the verb on the test's own database."""
    for name in ("load_django", "need_tables"):
        monkeypatch.setattr(verify_verb, name, lambda *_: None)
    monkeypatch.setattr(verify_verb, "open_data_folder", lambda _: tmp_path)

    def run(*arguments):
        return cli.main(["verify", "ledger", *arguments]), capsys.readouterr()

    return run


def test_a_book_that_is_right_is_said_to_be_with_its_head(verify):
    make_gift(make_drive())
    seal_books(JUNE)

    status, said = verify()

    head = said.out.split("the head is ")[1][:64]
    assert (status, said.err) == (0, "")
    assert said.out.startswith("1 sealed entries followed")
    assert verify("--head", head)[0] == 0


@pytest.mark.parametrize("head", ["ab" * 32, "no hash"])
def test_a_head_that_was_none_is_found(verify, head):
    make_gift(make_drive())
    seal_books(JUNE)

    status, said = verify("--head", head)

    assert (status, "was never a head of this chain" in said.err) == (1, True)


def test_a_meter_that_shows_something_else_ends_with_one(verify):
    make_gift(make_drive(title="Lamps"), 15_00)
    MeterTotal.objects.update(received_minor=16_00)

    status, said = verify()

    assert (status, "“Lamps” for 2021-06" in said.err) == (1, True)


def test_a_rewritten_entry_is_found_by_the_place_it_stands_at(verify):
    drive = make_drive()
    for _ in range(3):
        make_gift(drive)
    seal_books(JUNE)
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER fundraising_entry_is_not_changed")
        cursor.execute(
            "UPDATE fundraising_entry SET kind = 'refund' WHERE id = (SELECT MIN(id) + 1 FROM fundraising_entry)"
        )

    status, said = verify()

    assert (status, "broken at position 2" in said.err) == (1, True)
