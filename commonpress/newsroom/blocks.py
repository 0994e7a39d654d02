"""The parts of a story's body.

Block names are stored in every story and revision: they are never renamed. No models are imported
here, because migrations import this module's definitions.

A block's template expects `value` (its fields) and what its docstring names besides.
"""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.images.blocks import ImageChooserBlock

INLINE_FEATURES = ["bold", "italic", "link"]
PARAGRAPH_FEATURES = [*INLINE_FEATURES, "ask", "superscript", "subscript", "strikethrough", "code", "ol", "ul", "hr"]
MOST_COLUMNS = 12


class PhotoChooser(ImageChooserBlock):
    """Fetches all photos of a body in one query; one that was deleted is left out, not an error."""

    def bulk_to_python(self, values: Iterable[int | None]) -> list[Any]:
        photos = self.model_class.objects.in_bulk([pk for pk in values if pk])
        return [photos.get(pk) for pk in values]


class Quote(blocks.StructBlock):
    text = blocks.RichTextBlock(features=[*INLINE_FEATURES, "ask"], label=_("What was said"))
    speaker = blocks.CharBlock(required=False, max_length=120, label=_("Who said it"))
    context = blocks.CharBlock(required=False, max_length=200, label=_("To whom, when, where"))

    class Meta:
        icon = "openquote"
        label = _("Quote")
        template = "newsroom/blocks/quote.html"


class PhotoBlock(blocks.StructBlock):
    photo = PhotoChooser(label=_("Photo"))
    caption = blocks.TextBlock(required=False, label=_("Caption in this story"))

    class Meta:
        icon = "image"
        label = _("Photo")
        template = "newsroom/blocks/photo.html"


class Gallery(blocks.StructBlock):
    title = blocks.CharBlock(required=False, max_length=120, label=_("Title"))
    photos = blocks.ListBlock(PhotoBlock(), min_num=2, max_num=40, label=_("Photos"))

    class Meta:
        icon = "image"
        label = _("Gallery")
        template = "newsroom/blocks/gallery.html"


class PullFigure(blocks.StructBlock):
    figure = blocks.CharBlock(max_length=20, label=_("Figure"))
    text = blocks.CharBlock(max_length=200, label=_("What it counts"))

    class Meta:
        icon = "order"
        label = _("Pull figure")
        template = "newsroom/blocks/pull_figure.html"


class Embed(blocks.StructBlock):
    """A link to somebody else's site; nothing is loaded from there until the reader follows it."""

    url = blocks.URLBlock(label=_("Address"))
    title = blocks.CharBlock(max_length=200, label=_("What is there"))
    note = blocks.CharBlock(required=False, max_length=200, label=_("Note"))

    class Meta:
        icon = "media"
        label = _("Embed")
        template = "newsroom/blocks/embed.html"


class Table(blocks.StructBlock):
    """Template also expects: head (list of cells, empty when the first row names nothing) and lines (lists of cells)."""

    caption = blocks.CharBlock(required=False, max_length=200, label=_("Caption"))
    has_head = blocks.BooleanBlock(required=False, default=True, label=_("The first row names the columns"))
    rows = blocks.TextBlock(
        label=_("Rows"), help_text=_("One row a line, cells separated by | as in: Year | Litres | Share")
    )

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        try:
            refuse_uneven(cells(cleaned["rows"]))
        except ValidationError as error:
            raise StructBlockValidationError(block_errors={"rows": error}) from error
        return cleaned

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context)
        lines = cells(value["rows"])
        context["head"] = lines.pop(0) if value["has_head"] and lines else []
        context["lines"] = lines
        return context

    class Meta:
        icon = "table"
        label = _("Table")
        template = "newsroom/blocks/table.html"


def cells(rows: str) -> list[list[str]]:
    """Return the cells of each line that has any; a | at a line's start and end is only decoration."""
    lines = (line.strip() for line in rows.splitlines())
    return [[cell.strip() for cell in line.removeprefix("|").removesuffix("|").split("|")] for line in lines if line]


def refuse_uneven(lines: list[list[str]]) -> None:
    for number, line in enumerate(lines, start=1):
        if len(line) != len(lines[0]):
            raise ValidationError(
                ngettext(
                    "Row %(number)s has %(count)s cell, the first has %(first)s. Please give each row as many, separated by |; a cell may be empty.",
                    "Row %(number)s has %(count)s cells, the first has %(first)s. Please give each row as many, separated by |; a cell may be empty.",
                    len(line),
                ),
                params={"number": number, "count": len(line), "first": len(lines[0])},
            )
    if lines and len(lines[0]) > MOST_COLUMNS:
        raise ValidationError(
            gettext("A table of more than %(most)s columns cannot be read on a phone. Please split it."),
            params={"most": MOST_COLUMNS},
        )


class StoryChooser(blocks.PageChooserBlock):
    """Fetches all stories a body points to in one query, without their bodies."""

    def bulk_to_python(self, values: Iterable[int | None]) -> list[Any]:
        stories = self.model_class.objects.defer("body").in_bulk([pk for pk in values if pk])
        return [stories.get(pk) for pk in values]


class RelatedStories(blocks.StructBlock):
    """Template also expects: stories (those readers may see; a withdrawn one is left out)."""

    title = blocks.CharBlock(required=False, max_length=80, label=_("Title"))
    stories = blocks.ListBlock(StoryChooser(page_type="newsroom.Story"), min_num=1, max_num=6)

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context)
        context["stories"] = [story for story in value["stories"] if story and story.live]
        return context

    class Meta:
        icon = "link"
        label = _("Related stories")
        template = "newsroom/blocks/related_stories.html"


class CallForSupport(blocks.StructBlock):
    text = blocks.TextBlock(label=_("One or two sentences"))
    button = blocks.CharBlock(required=False, max_length=40, label=_("Words on the button"))

    class Meta:
        icon = "pick"
        label = _("Call for support")
        template = "newsroom/blocks/call_for_support.html"


body_blocks = [
    (
        "paragraph",
        blocks.RichTextBlock(
            features=PARAGRAPH_FEATURES,
            label=_("Paragraphs"),
            icon="pilcrow",
            template="newsroom/blocks/paragraph.html",
        ),
    ),
    (
        "heading",
        blocks.CharBlock(max_length=140, icon="title", label=_("Heading"), template="newsroom/blocks/heading.html"),
    ),
    ("quote", Quote()),
    ("photo", PhotoBlock()),
    ("gallery", Gallery()),
    ("pull_figure", PullFigure()),
    ("embed", Embed()),
    ("table", Table()),
    ("related_stories", RelatedStories()),
    ("call_for_support", CallForSupport()),
]
