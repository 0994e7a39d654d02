"""The one way to write to somebody."""

from typing import Any

from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from commonpress.notices.models import Letter
from commonpress.notices.rendering import worded
from commonpress.notices.tasks import post_letter


def send_letter(to: str, letter: str, context: dict[str, Any], *, once: str) -> None:
    """Write a letter in the caller's transaction; a job posts it after commit.

    Renders letters/<letter>.txt and .html as rendering.py says.

    `once` names the occasion, as in "gift-thanks:01J...": a second call with it does nothing.

    Raises ValidationError if `to` is not one plain e-mail address.
    """
    validate_email(to)
    words = worded(letter, context)
    try:
        with transaction.atomic():
            row = Letter.objects.create(
                once_key=once, kind=letter, to=to, subject=words.subject, text=words.text, html=words.html
            )
            post_letter.enqueue(row.pk)
    except IntegrityError:
        if not Letter.objects.filter(once_key=once).exists():
            raise
