from datetime import timedelta

import pytest
from django.utils import timezone

from commonpress.notices.models import Letter
from commonpress.notices.schedules import forget_old_letters
from commonpress.notices.tell import send_letter


@pytest.mark.django_db
@pytest.mark.both_databases
def test_after_ninety_days_we_no_longer_know_to_whom_we_wrote():
    for once in ("old", "new"):
        send_letter("ada@readers.example", "accounts/password_set", {}, once=once)
    Letter.objects.filter(once_key="old").update(written_at=timezone.now() - timedelta(days=91))

    forget_old_letters.func()

    assert [letter.once_key for letter in Letter.objects.all()] == ["new"]
