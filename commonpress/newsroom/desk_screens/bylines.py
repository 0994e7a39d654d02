"""Bylines at the desk: their list and their form."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel
from wagtail.admin.views.generic import DeleteView
from wagtail.admin.viewsets.model import ModelViewSet

from commonpress.newsroom.models.byline import Byline


class DeleteByline(DeleteView):
    def form_valid(self, form: forms.Form) -> HttpResponse:
        if not self.object.story_bylines.exists():
            return super().form_valid(form)
        messages.error(
            self.request,
            _("%(name)s is credited on stories and so cannot be deleted. Take the byline off them first.")
            % {"name": self.object},
        )
        return redirect("bylines:edit", self.object.pk)


class BylineScreens(ModelViewSet):
    model = Byline
    icon = "user"
    menu_label = _("Bylines")
    menu_name = "bylines"
    menu_order = 50
    add_to_admin_menu = True
    name = "bylines"
    url_prefix = "bylines"
    list_display = ["name", "role", "person"]
    search_fields = ["name", "role"]
    ordering = ["name"]
    copy_view_enabled = False
    delete_view_class = DeleteByline
    panels = [
        FieldPanel("name"),
        FieldPanel("role"),
        FieldPanel("portrait"),
        FieldPanel("biography"),
        FieldPanel("person", widget=forms.Select),
        FieldPanel("slug"),
    ]
