"""The one way to write to somebody."""

from typing import Any

from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template
from django.utils import translation

from commonpress.notices.models import Letter
from commonpress.notices.sender import sender
from commonpress.notices.tasks import post_letter


def send_letter(to: str, letter: str, context: dict[str, Any], *, once: str) -> None:
    """Write a letter in the caller's transaction; a job posts it after commit.

    Renders letters/<letter>.txt, whose first line is the subject, and letters/<letter>.html
    where there is one, in the publication's language. Both see `context` and `sender` (name,
    url, address). Nothing is escaped in the .txt.

    `once` names the occasion, as in "gift-thanks:01J...": a second call with it does nothing.

    Raises ValidationError if `to` is not one plain e-mail address.
    """
    validate_email(to)
    publication = sender()
    with translation.override(publication.language):
        shown = context | {"sender": publication}
        subject, _, text = _render(f"letters/{letter}.txt", shown, escape=False).strip().partition("\n")
        try:
            html = _render(f"letters/{letter}.html", shown, escape=True)
        except TemplateDoesNotExist:
            html = ""
    try:
        with transaction.atomic():
            row = Letter.objects.create(
                once_key=once, kind=letter, to=to, subject=one_line(subject)[:200], text=text.strip() + "\n", html=html
            )
            post_letter.enqueue(row.pk)
    except IntegrityError:
        if not Letter.objects.filter(once_key=once).exists():
            raise


def one_line(text: str) -> str:
    """Return text fit for a mail header: one line, no control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _render(template: str, context: dict[str, Any], *, escape: bool) -> str:
    backend = get_template(template)
    return str(backend.template.render(Context(context, autoescape=escape)))  # type: ignore[attr-defined]
