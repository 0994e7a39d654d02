"""Letters put into words, from the templates under letters/."""

from typing import Any, NamedTuple

from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template
from django.utils import translation

from commonpress.notices.sender import sender


class Wording(NamedTuple):
    subject: str
    text: str
    html: str


def worded(letter: str, context: dict[str, Any]) -> Wording:
    """Return letters/<letter>.txt, whose first line is the subject, and .html where there is one, in the publication's language.

    Both see `context` and `sender` (name, url, address). Nothing is escaped in the .txt.
    """
    publication = sender()
    with translation.override(publication.language):
        shown = context | {"sender": publication}
        subject, _, text = _render(f"letters/{letter}.txt", shown, escape=False).strip().partition("\n")
        try:
            html = _render(f"letters/{letter}.html", shown, escape=True)
        except TemplateDoesNotExist:
            html = ""
    return Wording(one_line(subject)[:200], text.strip() + "\n", html)


def one_line(text: str) -> str:
    """Return text fit for a mail header: one line, no control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _render(template: str, context: dict[str, Any], *, escape: bool) -> str:
    backend = get_template(template)
    return str(backend.template.render(Context(context, autoescape=escape)))  # type: ignore[attr-defined]
