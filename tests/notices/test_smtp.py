"""A real SMTP server receives what a letter becomes."""

import pytest

from commonpress.notices.models import Letter
from commonpress.notices.tasks import post_letter
from commonpress.notices.tell import send_letter


@pytest.mark.django_db
def test_a_letter_arrives_once_with_the_headers_of_one(mailbox):
    send_letter("ada@readers.example", "accounts/login_code", {"code": "ABCD-EFGH"}, once="code:1")

    for _ in range(2):
        post_letter.func(Letter.objects.get().pk)

    ((envelope, message),) = mailbox.received
    assert envelope.rcpt_tos == ["ada@readers.example"]
    assert message["Subject"] == "Your code for Commonpress: ABCD-EFGH"
    assert message["From"] == "Commonpress <paper@localhost>"
    assert message["To"] == "ada@readers.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@localhost>")
    assert "\n    ABCD-EFGH\n" in message.get_body(("plain",)).get_content().replace("\r\n", "\n")


@pytest.mark.django_db
def test_a_letter_refused_for_now_arrives_at_the_next_try(mailbox):
    send_letter("ada@readers.example", "accounts/login_code", {"code": "ABCD-EFGH"}, once="code:1")
    letter = Letter.objects.get()
    mailbox.refuse_next = "451 Come back later"

    with pytest.raises(OSError, match="Come back later"):
        post_letter.func(letter.pk)
    post_letter.func(letter.pk)

    assert len(mailbox.received) == 1


@pytest.mark.django_db
def test_a_letter_to_a_mailbox_that_does_not_exist_is_given_up(mailbox):
    send_letter("ada@readers.example", "accounts/login_code", {"code": "ABCD-EFGH"}, once="code:1")
    letter = Letter.objects.get()
    mailbox.refuse_next = "550 No such mailbox"

    post_letter.func(letter.pk)
    post_letter.func(letter.pk)

    assert mailbox.received == []
    assert Letter.objects.get().sent_at is None
