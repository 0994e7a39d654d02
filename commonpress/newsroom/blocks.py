"""The parts of a story's body.

Block names are stored in every story and revision: they are never renamed. No models are imported
here, because migrations import this module's definitions.
"""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

INLINE_FEATURES = ["bold", "italic", "link"]
PARAGRAPH_FEATURES = [*INLINE_FEATURES, "ol", "ul", "hr"]


class Quote(blocks.StructBlock):
    text = blocks.RichTextBlock(features=INLINE_FEATURES, label=_("What was said"))
    speaker = blocks.CharBlock(required=False, max_length=120, label=_("Who said it"))
    context = blocks.CharBlock(required=False, max_length=200, label=_("To whom, when, where"))

    class Meta:
        icon = "openquote"
        label = _("Quote")
        template = "newsroom/blocks/quote.html"


class PhotoBlock(blocks.StructBlock):
    photo = ImageChooserBlock(label=_("Photo"))
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
    caption = blocks.CharBlock(required=False, max_length=200, label=_("Caption"))
    has_head = blocks.BooleanBlock(required=False, default=True, label=_("The first row names the columns"))
    rows = blocks.TextBlock(
        label=_("Rows"), help_text=_("One row a line, cells separated by | as in: Year | Litres | Share")
    )

    class Meta:
        icon = "table"
        label = _("Table")
        template = "newsroom/blocks/table.html"


class RelatedStories(blocks.StructBlock):
    title = blocks.CharBlock(required=False, max_length=80, label=_("Title"))
    stories = blocks.ListBlock(blocks.PageChooserBlock(page_type="newsroom.Story"), min_num=1, max_num=6)

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
    ("paragraph", blocks.RichTextBlock(features=PARAGRAPH_FEATURES, label=_("Paragraphs"), icon="pilcrow")),
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
