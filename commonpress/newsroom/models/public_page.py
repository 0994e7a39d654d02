import uuid
from typing import Any, Self

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from commonpress.changes.shown import Keyed, keep
from commonpress.newsroom.models.addresses import Addressed


class CommentsState(models.TextChoices):
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed: can be read, not added to")
    OFF = "off", _("Off: not shown")


class PublicPage(Addressed, Keyed, Page):
    """What our page types share; Wagtail's own Page stays the stock one."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Wagtail's first_published_at is the moment of the click; an import gives its own dates.
    first_public_at = models.DateTimeField(
        _("published"),
        null=True,
        blank=True,
        help_text=_("Set by itself when the page is first published."),
    )
    last_public_at = models.DateTimeField(_("last published"), null=True, blank=True, editable=False)
    corrected_at = models.DateTimeField(_("corrected"), null=True, blank=True)
    comments_state = models.CharField(_("discussion"), max_length=6, choices=CommentsState, default=CommentsState.OPEN)
    # Where readers found it last, as in "/2026/the-slug/": tells a withdrawn page (410) from one never
    # published (404), and a changed address from an unchanged one.
    public_path = models.CharField(max_length=500, blank=True, editable=False, db_index=True)
    # The keys (changes.changed) of what listed it when it was last published: an edit that takes it
    # off a desk changes that desk's page too.
    shown_under = models.JSONField(default=list, editable=False)

    # A copy is a new page with a life of its own.
    exclude_fields_in_copy = ["uid", "first_public_at", "last_public_at", "corrected_at", "public_path", "shown_under"]

    class Meta:
        abstract = True

    def with_content_json(self, content: dict[str, Any]) -> Self:
        """Return the page as a revision has it, with what belongs to the page and not to a revision."""
        page = super().with_content_json(content)
        page.uid = self.uid
        page.last_public_at = self.last_public_at
        page.public_path = self.public_path
        page.shown_under = self.shown_under
        # A revision written before the first publication does not know its moment.
        page.first_public_at = page.first_public_at or self.first_public_at
        page.take_corrections()
        return page

    def take_corrections(self) -> None:
        """Have it say that it was corrected when its last correction was issued, or later.

        A form that was open by then, an older revision and a scheduled one do not know of that.
        """
        issued_at = self.corrections.aggregate(last=models.Max("at"))["last"]
        self.corrected_at = max((at for at in (self.corrected_at, issued_at) if at), default=None)

    @property
    def key(self) -> str:
        return f"page:{self.pk}"

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        keep(self.key)
        response: HttpResponse = super().serve(request, *args, **kwargs)
        return response

    @property
    def was_public(self) -> bool:
        """Tell whether readers ever saw it, now or before it was withdrawn."""
        return bool(self.public_path)

    @property
    def shown_date(self) -> Any:
        """Return when it was published, or, in a preview of what never was, now."""
        return self.first_public_at or self.go_live_at or timezone.now()
