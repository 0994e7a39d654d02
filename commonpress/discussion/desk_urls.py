"""The moderators' addresses at the desk, under /admin/discussion/ (wagtail_hooks.py)."""

from django.urls import path, re_path

from commonpress.discussion.views import corrections, desk

app_name = "discussion_desk"

urlpatterns = [
    path("", desk.held, name="held"),
    path("removed/", desk.removed, name="removed"),
    path("published/", desk.published, name="published"),
    path("settings/", desk.settings, name="settings"),
    path("corrections/", corrections.open_requests, name="corrections"),
    re_path(r"^corrections/(?P<key>[0-9]{1,18})/$", corrections.one, name="correction"),
    re_path(r"^corrections/(?P<key>[0-9]{1,18})/ask/$", corrections.ask, name="ask-correction"),
    re_path(r"^corrections/(?P<key>[0-9]{1,18})/accept/$", corrections.accept, name="accept-correction"),
    re_path(r"^corrections/(?P<key>[0-9]{1,18})/decline/$", corrections.decline, name="decline-correction"),
    re_path(r"^of/(?P<page_key>[0-9]{1,18})/(?P<state>[a-z]+)/$", desk.open_or_close, name="open-or-close"),
    re_path(r"^(?P<key>[0-9]{1,18})/$", desk.one, name="comment"),
    re_path(r"^(?P<key>[0-9]{1,18})/remove/$", desk.remove, name="remove"),
    re_path(r"^(?P<key>[0-9]{1,18})/restore/$", desk.restore, name="restore"),
    re_path(r"^(?P<key>[0-9]{1,18})/release/$", desk.release, name="release"),
    re_path(r"^(?P<key>[0-9]{1,18})/hold/$", desk.hold, name="hold"),
    re_path(r"^(?P<key>[0-9]{1,18})/feature/$", desk.feature, name="feature"),
    re_path(r"^(?P<key>[0-9]{1,18})/unfeature/$", desk.unfeature, name="unfeature"),
    re_path(r"^(?P<key>[0-9]{1,18})/held-votes/$", desk.held_votes, name="held-votes"),
    re_path(r"^(?P<key>[0-9]{1,18})/erase/$", desk.erase, name="erase"),
]
