import hashlib
from email.utils import formataddr
from smtplib import SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from commonpress.jobs import task
from commonpress.notices.models import Letter
from commonpress.notices.sender import sender

# RFC 5321: 4xx is a refusal for now, 5xx for good.
PERMANENT = 500


@task(queue="default")
def post_letter(letter_pk: int) -> None:
    """Hand one letter to the mail server, at most once.

    A refusal by the server or the network is raised, and the job tried again later.
    """
    letter = Letter.objects.filter(pk=letter_pk, handed_over_at=None).first()
    if letter is None:
        return
    mail = message(letter)
    # What cannot be written must fail before the letter is taken: a taken letter is not tried again.
    mail.message()
    # One statement decides between two workers holding the same job.
    mine = Letter.objects.filter(pk=letter_pk, handed_over_at=None).update(handed_over_at=timezone.now())
    if not mine:
        return
    try:
        mail.send()
    except SMTPRecipientsRefused as refused:
        code = next((code for code, _ in refused.recipients.values()), 0)
        if code < PERMANENT:
            _not_taken(letter)
            raise
        # There is no such mailbox; asking again would not change that.
        _forget_text(letter)
    except OSError:
        # smtplib's exceptions and the network's are all OSErrors: the server did not take it.
        _not_taken(letter)
        raise
    else:
        letter.sent_at = timezone.now()
        _forget_text(letter)


def message(letter: Letter) -> EmailMultiAlternatives:
    publication = sender()
    # The same id at every attempt lets the receiving side recognise a repetition.
    digest = hashlib.sha256(f"{settings.SECRET_KEY}:{letter.pk}:{letter.once_key}".encode()).hexdigest()[:32]
    mail = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        from_email=formataddr((publication.name, publication.address)),
        to=[letter.to],
        reply_to=[publication.reply_to] if publication.reply_to else None,
        headers={
            "Message-ID": f"<{digest}@{publication.address.rpartition('@')[2]}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    if letter.html:
        mail.attach_alternative(letter.html, "text/html")
    return mail


def _not_taken(letter: Letter) -> None:
    letter.handed_over_at = None
    letter.save(update_fields=["handed_over_at"])


def _forget_text(letter: Letter) -> None:
    letter.text = letter.html = ""
    letter.save(update_fields=["sent_at", "text", "html"])
