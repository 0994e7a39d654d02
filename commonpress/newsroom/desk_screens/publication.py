"""The publication's one form at the desk."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.views import snippets

from commonpress.newsroom import rules
from commonpress.newsroom.models.publication import Publication
from commonpress.newsroom.publication_form import publication_screen


class OwnersChangeIt(ModelPermissionPolicy):
    """One row: nobody adds or deletes it, owners change it."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action in {"change", "view"} and rules.may_change_publication(user)

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)


class ToTheForm(snippets.IndexView):
    """Where Wagtail would list publications, the form of the one there is."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("publication:edit", get_object_or_404(Publication, pk=1).pk)


class PublicationScreens(snippets.SnippetViewSet):
    model = Publication
    icon = "cog"
    menu_label = _("Publication")
    menu_name = "publication"
    menu_order = 900
    add_to_admin_menu = True
    url_namespace = "publication"
    url_prefix = "publication"
    index_view_class = ToTheForm
    copy_view_enabled = False
    edit_handler = publication_screen
