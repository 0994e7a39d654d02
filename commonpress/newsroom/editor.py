"""What editors see: the screens of stories, desks, pages, the front and the publication, and what they refuse.

Imported by the models, so it imports none of them.
"""

from typing import Any

from django import forms
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import (
    FieldPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    PublishingPanel,
    TabbedInterface,
    TitleFieldPanel,
)
from wagtail.models import Page

from commonpress.newsroom.models.addresses import free_slug, refuse_reserved, slug_for


class PublicPageForm(WagtailAdminPageForm):
    """The form of what has an address. Drafts may be unfinished; what is handed in or published may not."""

    @property
    def is_finished(self) -> bool:
        """Tell whether the writer thinks so: pressed "Publish" or "Hand in" and not "Save draft"."""
        return "action-publish" in self.data or "action-submit" in self.data

    def clean_first_public_at(self) -> Any:
        published = self.cleaned_data["first_public_at"]
        if published and published > timezone.now():
            raise forms.ValidationError(
                _("This hour has not come yet. To publish later, set a schedule instead (in the status panel).")
            )
        return published


class PlainPageForm(PublicPageForm):
    parent_page: Page

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        refuse_reserved(slug, under=self.parent_page)
        return slug


class StoryForm(PublicPageForm):
    data: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What is missing is called what the screen calls it.
        self.fields["title"].label = _("Headline")
        # Empty, it is made from the headline.
        self.fields["slug"].required = False
        desks = self.fields["desk"].queryset
        self.fields["desk"].queryset = desks.filter(models.Q(live=True) | models.Q(pk=self.instance.desk_id)).order_by(
            "position", "title"
        )

    def clean(self) -> dict[str, Any]:
        if "title" in self.cleaned_data and "slug" in self.cleaned_data:
            self._clean_address()
        super().clean()
        if self.is_finished:
            if "desk" in self.cleaned_data and not self.cleaned_data["desk"]:
                self.add_error("desk", _("Choose the desk this story belongs to."))
            if not self._bylines():
                self.add_error(None, _("Say whose story this is: choose at least one byline."))
        bylines = self._bylines()
        if len(set(bylines)) < len(bylines):
            self.add_error(None, _("One byline stands twice on this story. Please remove one of the two."))
        self._clean_correction()
        return self.cleaned_data

    def _clean_correction(self) -> None:
        published, corrected = self.cleaned_data.get("first_public_at"), self.cleaned_data.get("corrected_at")
        if corrected and corrected > timezone.now():
            self.add_error("corrected_at", _("This hour has not come yet."))
        elif corrected and published and corrected < published:
            self.add_error("corrected_at", _("A story cannot have been corrected before it was published."))

    def _clean_address(self) -> None:
        """Take the next free address; who is about to publish under another than they saw, sees it first."""
        wanted = slug = self.cleaned_data["slug"] or slug_for(self.cleaned_data["title"])
        for year in self._years():
            slug = free_slug(slug, parent=year, page=self.instance)
        self.cleaned_data["slug"] = slug
        if slug == wanted or not self.is_finished:
            return
        self.data = self.data.copy()
        self.data[self.add_prefix("slug")] = slug
        self.add_error(
            "slug",
            _(
                "Another story of the year already has the address “%(taken)s”. This one now has “%(free)s”; send it again."
            )
            % {"taken": wanted, "free": slug},
        )

    def _years(self) -> list[Page]:
        """Return where the slug must be free: where the story stands, and where publishing will move it."""
        if self.instance.was_public:
            return [self.parent_page]
        moment = self.cleaned_data.get("first_public_at") or self._scheduled_for() or timezone.now()
        year = str(timezone.localtime(moment).year)
        moves_to = Page.objects.sibling_of(self.parent_page, inclusive=False).filter(slug=year)
        return [self.parent_page, *moves_to]

    def _scheduled_for(self) -> Any:
        field = self.fields.get("go_live_at")
        if field is None:
            return self.instance.go_live_at
        try:  # cleaned after the slug, so not there yet
            return field.clean(field.widget.value_from_datadict(self.data, self.files, self.add_prefix("go_live_at")))
        except forms.ValidationError:
            return None

    def _bylines(self) -> list[Any]:
        return _chosen(self.formsets["story_bylines"], "byline")


class FrontForm(WagtailAdminPageForm):
    def clean(self) -> dict[str, Any]:
        super().clean()
        picks = _chosen(self.formsets["picks"], "story")
        if len(set(picks)) < len(picks):
            self.add_error(None, _("One story stands twice among the picks. Please remove one of the two."))
        return self.cleaned_data


def _chosen(formset: Any, field: str) -> list[Any]:
    """Return the values of `field` in a formset's rows that stay, in order."""
    return [
        form.cleaned_data[field]
        for form in formset.forms
        if form.is_valid() and form.cleaned_data.get(field) and not form.cleaned_data.get("DELETE")
    ]


class OneOf(FieldPanel):
    """A choice from a list in place, where Wagtail would open a window."""

    def __init__(self, field_name: str, **kwargs: Any) -> None:
        super().__init__(field_name, **{"widget": forms.Select, **kwargs})


_dates = MultiFieldPanel(
    [FieldPanel("first_public_at"), FieldPanel("corrected_at")],
    heading=gettext_lazy("Dates readers see"),
    help_text=gettext_lazy("A story's address keeps the year of its first publication."),
)

# Each screen is a list of tabs; scheduling is a panel of the last one and opens from the status panel.
story_screen = TabbedInterface(
    [
        ObjectList(
            [
                TitleFieldPanel(
                    "title",
                    heading=gettext_lazy("Headline"),
                    placeholder=gettext_lazy("Headline"),
                    help_text=gettext_lazy("What happened, in a line."),
                ),
                FieldPanel("dek"),
                MultiFieldPanel(
                    [
                        OneOf("desk"),
                        InlinePanel(
                            "story_bylines",
                            [OneOf("byline")],
                            heading=gettext_lazy("Bylines"),
                            label=gettext_lazy("byline"),
                            max_num=12,
                        ),
                    ],
                    heading=gettext_lazy("Desk and bylines"),
                ),
                MultiFieldPanel(
                    [FieldPanel("lead_photo"), FieldPanel("lead_caption")], heading=gettext_lazy("Lead photo")
                ),
                FieldPanel("body"),
                FieldPanel("tags"),
            ],
            heading=gettext_lazy("Story"),
        ),
        ObjectList(
            [
                FieldPanel("slug", help_text=gettext_lazy("The last part of the story's address.")),
                _dates,
                FieldPanel("comments_state", widget=forms.RadioSelect),
                PublishingPanel(),
            ],
            heading=gettext_lazy("Address, dates, discussion"),
        ),
    ]
)

desk_screen = TabbedInterface(
    [
        ObjectList(
            [
                TitleFieldPanel(
                    "title",
                    heading=gettext_lazy("Name"),
                    placeholder=gettext_lazy("Name"),
                    help_text=gettext_lazy("As it stands in the navigation and over its stories."),
                ),
                FieldPanel("slug"),
                FieldPanel("dek"),
                FieldPanel("is_in_navigation"),
                FieldPanel("position"),
            ],
            heading=gettext_lazy("Desk"),
        ),
    ]
)

plain_page_screen = TabbedInterface(
    [
        ObjectList(
            [
                TitleFieldPanel("title", heading=gettext_lazy("Title"), help_text=gettext_lazy("As in: About us.")),
                FieldPanel("body"),
            ],
            heading=gettext_lazy("Page"),
        ),
        ObjectList(
            [
                FieldPanel("slug"),
                FieldPanel("place", widget=forms.RadioSelect),
                FieldPanel("position"),
                FieldPanel("comments_state", widget=forms.RadioSelect),
                PublishingPanel(),
            ],
            heading=gettext_lazy("Address, place, discussion"),
        ),
    ]
)

pick_panels = [FieldPanel("story")]

front_screen = TabbedInterface(
    [
        ObjectList(
            [
                InlinePanel(
                    "picks",
                    heading=gettext_lazy("Picks"),
                    label=gettext_lazy("story"),
                    max_num=12,
                    help_text=gettext_lazy(
                        "The first is the lead, the next three stand under it. The newest stories fill what is left."
                    ),
                )
            ],
            heading=gettext_lazy("Front"),
        ),
    ]
)

year_screen = TabbedInterface(
    [
        ObjectList(
            [
                HelpPanel(
                    gettext_lazy(
                        "Stories stand in the folder of the year they were first published in. It keeps itself."
                    )
                )
            ],
            heading=gettext_lazy("Year"),
        ),
    ]
)
