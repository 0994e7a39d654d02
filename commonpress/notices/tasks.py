import hashlib
from email.utils import formataddr
from smtplib import SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import F
from django.utils import timezone

from commonpress.jobs import task
from commonpress.notices.composing import Composed, composed
from commonpress.notices.models import Follow, Letter, Subscriber
from commonpress.notices.sender import sender

# RFC 5321: 4xx is a refusal for now, 5xx for good.
PERMANENT = 500
# A mailbox that is gone is told no more after so many letters.
MOST_REFUSED = 3
# Sign-in codes and receipts pass what is told to many.
AFTER_OTHER_LETTERS = -10


@task(queue="default")
def post_letter(letter_pk: int) -> None:
    """Hand one letter to the mail server, at most once.

    A refusal by the server or the network is raised, and the job tried again later.
    """
    letter = Letter.objects.filter(pk=letter_pk, handed_over_at=None).first()
    if letter is None:
        return
    wording = composed(letter)
    if wording is None:
        # Its notices go with it: what is held now and released later is news then.
        Letter.objects.filter(pk=letter_pk, handed_over_at=None).delete()
        return
    mail = message(letter, wording)
    # What cannot be written must fail before the letter is taken: a taken letter is not tried again.
    mail.message()
    # One statement decides between two workers holding the same job.
    mine = Letter.objects.filter(pk=letter_pk, handed_over_at=None).update(handed_over_at=timezone.now())
    if not mine:
        return
    letter.notices.filter(pk__in=wording.left_out).delete()
    try:
        mail.send()
    except SMTPRecipientsRefused as refused:
        code = next((code for code, _ in refused.recipients.values()), 0)
        if code < PERMANENT:
            _not_taken(letter)
            raise
        # There is no such mailbox; asking again would not change that.
        _forget_text(letter)
        _count_refusal(letter)
    except OSError:
        # smtplib's exceptions and the network's are all OSErrors: the server did not take it.
        _not_taken(letter)
        raise
    else:
        letter.sent_at = timezone.now()
        _forget_text(letter)
        Subscriber.objects.filter(notices__letter=letter, refused__gt=0).update(refused=0)


def post_notice(letter_pk: int) -> None:
    """Have a letter posted that tells of notices, after the letters somebody waits for."""
    post_letter.using(priority=AFTER_OTHER_LETTERS).enqueue(letter_pk)


def message(letter: Letter, wording: Composed) -> EmailMultiAlternatives:
    publication = sender()
    # The same id at every attempt lets the receiving side recognise a repetition.
    digest = hashlib.sha256(f"{settings.SECRET_KEY}:{letter.pk}:{letter.once_key}".encode()).hexdigest()[:32]
    mail = EmailMultiAlternatives(
        subject=wording.words.subject,
        body=wording.words.text,
        from_email=formataddr((publication.name, publication.address)),
        to=[wording.to],
        reply_to=[publication.reply_to] if publication.reply_to else None,
        headers={
            "Message-ID": f"<{digest}@{publication.address.rpartition('@')[2]}>",
            "Auto-Submitted": "auto-generated",
            **wording.headers,
        },
    )
    if wording.words.html:
        mail.attach_alternative(wording.words.html, "text/html")
    return mail


def _not_taken(letter: Letter) -> None:
    letter.handed_over_at = None
    letter.save(update_fields=["handed_over_at"])


def _forget_text(letter: Letter) -> None:
    letter.text = letter.html = ""
    letter.save(update_fields=["sent_at", "text", "html"])


def _count_refusal(letter: Letter) -> None:
    """End what a mailbox follows that does not exist, if this is not the first time that its server says so."""
    for subscriber in Subscriber.objects.filter(notices__letter=letter).distinct():
        Subscriber.objects.filter(pk=subscriber.pk).update(refused=F("refused") + 1)
        if subscriber.refused + 1 >= MOST_REFUSED:
            Follow.objects.filter(subscriber=subscriber).delete()
