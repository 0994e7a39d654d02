import stat
from email import message_from_bytes, policy

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection


@pytest.fixture
def folder(settings, tmp_path):
    settings.MAIL_DIR = tmp_path / "mail"
    return settings.MAIL_DIR


def send(subject: str) -> None:
    mail = EmailMultiAlternatives(subject, "Grüße", "paper@localhost", ["ada@readers.example"])
    mail.attach_alternative("<p>Grüße</p>", "text/html")
    assert get_connection("commonpress.notices.folder.FolderMail").send_messages([mail]) == 1


def test_each_mail_is_one_whole_file_in_the_order_sent(folder):
    send("first")
    send("second")

    mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(folder.iterdir())]

    assert [mail["Subject"] for mail in mails] == ["first", "second"]
    assert mails[0].get_body(("plain",)).get_content() == "Grüße"
    assert mails[0].get_body(("html",)).get_content() == "<p>Grüße</p>"


def test_nobody_else_on_the_machine_reads_the_mail(folder):
    send("first")

    (path,) = folder.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_mail_that_cannot_be_written_leaves_nothing_half(folder, monkeypatch):
    monkeypatch.setattr("os.fsync", _disk_full)

    with pytest.raises(OSError, match="full"):
        send("first")

    assert list(folder.glob("*.eml")) == []


def _disk_full(descriptor: int) -> None:
    raise OSError("disk full")
