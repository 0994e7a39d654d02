import pytest
from django.db import transaction

from commonpress.changes.changed import changed
from commonpress.changes.listeners import listeners, told
from commonpress.changes.models import Change
from commonpress.changes.watch import is_news


@pytest.mark.django_db
def test_changed_writes_each_key_once():
    changed("page:7", "thread:7", "page:7")

    assert list(Change.objects.order_by("id").values_list("key", flat=True)) == ["page:7", "thread:7"]


@pytest.mark.commits
def test_changed_outside_a_transaction_is_refused():
    with pytest.raises(transaction.TransactionManagementError):
        changed("page:7")


@pytest.mark.commits
@pytest.mark.both_databases
def test_who_cannot_be_told_is_not_the_writers_fault_and_is_told_again():
    def fail(_keys):
        raise ValueError("somebody else's")

    told.clear()  # another database counted from 1 too
    listeners.append(fail)
    try:
        with transaction.atomic():
            changed("page:7")
    finally:
        listeners.remove(fail)

    assert is_news(Change.objects.get().pk)


@pytest.mark.django_db
@pytest.mark.both_databases
def test_the_longest_tag_has_a_key():
    key = f"tag:{'a' * 100}"

    changed(key)

    change = Change.objects.get()
    change.full_clean()
    assert change.key == key
