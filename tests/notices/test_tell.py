import smtplib

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import transaction
from django.template import engines
from django.template.loaders.locmem import Loader

from commonpress.notices import sender, tasks
from commonpress.notices.models import Letter
from commonpress.notices.sender import Sender
from commonpress.notices.tell import send_letter

pytestmark = pytest.mark.django_db

LETTERS = {
    "letters/plain.txt": "Hello {{ name }}\n\nYour code is {{ code }}. {{ sender.url }}\n",
    "letters/both.txt": "Hello {{ name }}\n\nText for {{ name }}\n",
    "letters/both.html": "<p>Text for {{ name }}</p>\n",
}


@pytest.fixture(autouse=True)
def letters(monkeypatch):
    loader = engines["django"].engine.template_loaders[0]
    engine = engines["django"].engine
    monkeypatch.setattr(engine, "template_loaders", [Loader(engine, LETTERS), loader])


@pytest.fixture
def evening_post(monkeypatch):
    monkeypatch.setattr(
        sender, "_ask", lambda: Sender(name="The Evening Post", language="de", reply_to="desk@post.example")
    )


def post_all() -> None:
    for letter in Letter.objects.order_by("pk"):
        tasks.post_letter.func(letter.pk)


@pytest.mark.both_databases
def test_a_letter_is_written_at_once_and_posted_by_a_job(evening_post):
    send_letter("ada@readers.example", "plain", {"name": "Ada", "code": "AB<&>C"}, once="code:1")
    assert mail.outbox == []

    post_all()

    (message,) = mail.outbox
    assert message.subject == "Hello Ada"
    assert message.body == "Your code is AB<&>C. http://localhost:8000\n"
    assert message.from_email == "The Evening Post <paper@localhost>"
    assert message.to == ["ada@readers.example"]
    assert message.reply_to == ["desk@post.example"]
    assert message.alternatives == []


def test_the_publications_name_stands_before_the_operators_address(evening_post, settings):
    settings.DEFAULT_FROM_EMAIL = "Some Name <post@paper.example>"
    send_letter("ada@readers.example", "plain", {"name": "Ada"}, once="1")

    post_all()

    assert mail.outbox[0].from_email == "The Evening Post <post@paper.example>"
    assert mail.outbox[0].message()["Message-ID"].endswith("@paper.example>")


def test_a_letter_with_a_page_carries_both_and_escapes_only_the_page():
    send_letter("ada@readers.example", "both", {"name": "<b>Ada"}, once="1")

    post_all()

    (message,) = mail.outbox
    assert message.body == "Text for <b>Ada\n"
    assert [(part.content, part.mimetype) for part in message.alternatives] == [
        ("<p>Text for &lt;b&gt;Ada</p>\n", "text/html")
    ]


@pytest.mark.both_databases
def test_one_occasion_is_told_once():
    for _ in range(3):
        send_letter("ada@readers.example", "plain", {"name": "Ada"}, once="gift:1")
    send_letter("ada@readers.example", "plain", {"name": "Ada"}, once="gift:2")

    post_all()
    post_all()

    assert len(mail.outbox) == 2


def test_a_letter_is_rolled_back_with_what_it_tells():
    with transaction.atomic():
        send_letter("ada@readers.example", "plain", {"name": "Ada"}, once="gift:1")
        transaction.set_rollback(True)

    assert Letter.objects.count() == 0


def test_the_text_is_forgotten_once_sent():
    send_letter("ada@readers.example", "both", {"name": "Ada"}, once="1")
    assert Letter.objects.get().text != ""

    post_all()

    letter = Letter.objects.get()
    assert (letter.text, letter.html) == ("", "")
    assert letter.sent_at is not None


@pytest.mark.parametrize(
    "name", ["Ada\r\nBcc: all@readers.example", "Ada\nBcc: all", "Ada\x00\x1b[31m", "Ada\u2028Bcc: x", "Ada\x85Bcc: x"]
)
def test_nothing_typed_becomes_a_header(name):
    send_letter("ada@readers.example", "plain", {"name": name}, once="1")

    post_all()

    headers = mail.outbox[0].message()
    assert headers["Bcc"] is None
    assert "\n" not in mail.outbox[0].subject
    assert headers["To"] == "ada@readers.example"


@pytest.mark.parametrize(
    "to",
    [
        "ada@readers.example\nBcc: all@readers.example",
        "ada@readers.example, bob@readers.example",
        "",
        "Ada <a@b.example>",
    ],
)
def test_a_letter_goes_to_one_plain_address_only(to):
    with pytest.raises(ValidationError):
        send_letter(to, "plain", {"name": "Ada"}, once="1")

    assert Letter.objects.count() == 0


def test_a_letter_the_server_did_not_take_is_tried_again(monkeypatch):
    send_letter("ada@readers.example", "plain", {"name": "Ada"}, once="1")
    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMultiAlternatives.send", _raise(smtplib.SMTPServerDisconnected("gone")))
        with pytest.raises(smtplib.SMTPServerDisconnected):
            post_all()
    assert mail.outbox == []

    post_all()

    assert len(mail.outbox) == 1


def test_a_letter_that_could_not_be_written_is_tried_again(monkeypatch):
    send_letter("ada@readers.example", "plain", {"name": "Ada"}, once="1")
    for step in ("commonpress.notices.tasks.message", "django.core.mail.EmailMultiAlternatives.message"):
        with monkeypatch.context() as patch:
            patch.setattr(step, _raise(UnicodeError("a name no header can hold")))
            with pytest.raises(UnicodeError):
                post_all()
    assert mail.outbox == []

    post_all()

    assert len(mail.outbox) == 1


def test_a_letter_nobody_can_receive_is_not_tried_again(monkeypatch):
    send_letter("ada@readers.example", "plain", {"name": "Ada"}, once="1")
    with monkeypatch.context() as patch:
        patch.setattr(
            "django.core.mail.EmailMultiAlternatives.send",
            _raise(smtplib.SMTPRecipientsRefused({"ada@readers.example": (550, b"no such mailbox")})),
        )
        post_all()

    post_all()

    assert mail.outbox == []
    assert Letter.objects.get().sent_at is None


def test_a_letter_whose_worker_died_while_posting_is_not_sent_twice():
    send_letter("ada@readers.example", "plain", {"name": "Ada"}, once="1")
    letter = Letter.objects.get()
    letter.handed_over_at = letter.written_at
    letter.save()

    post_all()

    assert mail.outbox == []


def _raise(error: Exception):
    def send(*args, **kwargs):
        raise error

    return send
