"""How letters quote."""

from django import template

register = template.Library()


@register.filter
def quoted(text: str) -> str:
    """Return lines marked as somebody else's, as plain mail has them."""
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))
