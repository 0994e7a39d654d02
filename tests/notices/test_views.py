import pytest
from django.core.mail import EmailMultiAlternatives, get_connection

from tests.factories.accounts import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept_mail(settings, tmp_path):
    settings.MAIL_DIR = tmp_path / "mail"
    for subject in ("First <b>", "Second"):
        mail = EmailMultiAlternatives(subject, "Text of <i>it</i>", "paper@localhost", ["ada@readers.example"])
        mail.attach_alternative("<script>alert(1)</script><p>Page of it</p>", "text/html")
        get_connection("commonpress.notices.folder.FolderMail").send_messages([mail])
    return [f"/-/mail/{path.stem}/" for path in sorted(settings.MAIL_DIR.iterdir())]


@pytest.fixture
def owner(client):
    owner = make_person("owner@paper.example", "owner")
    client.force_login(owner)
    return owner


def test_the_owner_reads_the_mail_newest_first(client, owner, kept_mail):
    page = client.get("/-/mail/").content.decode()

    assert [page.index(address) for address in kept_mail] == sorted(
        (page.index(address) for address in kept_mail), reverse=True
    )
    assert "First &lt;b&gt;" in page


def test_a_mails_page_is_shown_as_text_and_never_run(client, owner, kept_mail):
    answer = client.get(kept_mail[0])

    page = answer.content.decode()
    assert "Text of &lt;i&gt;it&lt;/i&gt;" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert(1)" not in page
    assert answer["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize(
    "name",
    ["nothing", "..%2f..%2fcommonpress.sqlite3", "20260101T000000.000000-00000000", "../mail", ".hidden"],
)
def test_only_mails_are_shown(client, owner, settings, name):
    (settings.MAIL_DIR / "nothing.eml").write_text("Subject: not ours\n\n")

    assert client.get(f"/-/mail/{name}/").status_code == 404


def test_an_empty_folder_says_so(client, owner, settings, tmp_path):
    settings.MAIL_DIR = tmp_path / "none"

    assert "No letter yet." in client.get("/-/mail/").content.decode()


def test_only_the_newest_are_listed(client, owner, monkeypatch):
    monkeypatch.setattr("commonpress.notices.views.mail.SHOWN", 1)

    assert "The newest 1 of 2." in client.get("/-/mail/").content.decode()


@pytest.mark.parametrize("roles", [[], ["editor"], ["reporter"], ["moderator"], ["treasurer"]])
def test_nobody_else_reads_the_codes_in_other_peoples_mail(client, kept_mail, roles):
    client.force_login(make_person("somebody@paper.example", *roles))

    assert [client.get(address).status_code for address in ("/-/mail/", kept_mail[0])] == [403, 403]


def test_on_the_demo_all_staff_read_it_and_readers_do_not(client, settings, kept_mail):
    settings.IS_DEMO = True
    client.force_login(make_person("treasurer@demo.example", "treasurer"))
    assert client.get(kept_mail[0]).status_code == 200

    client.force_login(make_person("ada@readers.example"))
    assert client.get(kept_mail[0]).status_code == 403


def test_a_stranger_is_led_to_sign_in(client, kept_mail):
    assert client.get("/-/mail/")["Location"] == "/accounts/login/?next=/-/mail/"


def test_mail_is_read_only(client, owner, kept_mail):
    assert [client.post(address).status_code for address in ("/-/mail/", kept_mail[0])] == [405, 405]
    assert client.get("/-/mail/").content.decode().count("/-/mail/2") == 2
