"""The address book."""

from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.urls import pages as wagtailadmin_pages
from wagtail.utils.urlpatterns import decorate_urlpatterns

from commonpress import api
from commonpress.discussion.urls import ID
from commonpress.discussion.views import votes
from commonpress.newsroom.desk_changes import whole_or_not_at_all
from commonpress.newsroom.views import me, set_up

handler400 = "commonpress.theme.views.bad_request"
handler403 = "commonpress.theme.views.forbidden"
handler404 = "commonpress.theme.views.not_found"
handler500 = "commonpress.theme.views.broken"

decorate_urlpatterns(wagtailadmin_pages.urlpatterns, whole_or_not_at_all)

urlpatterns = [
    # Votes come in bursts, so they are found first; reverse() knows the address by its name further down.
    re_path(rf"^-/vote/{ID}$", votes.cast),
    path("", include("commonpress.jobs.urls")),
    path("", include("commonpress.accounts.urls")),
    path("", include("commonpress.notices.urls")),
    path("", include("commonpress.theme.urls")),
    path("-/api/", api.urls),
    path("-/me", me.me, name="me"),
    path("-/edit/<int:page_id>/", me.edit, name="edit"),
    path("-/set-up/<str:token>/", set_up.begin, name="set_up"),
    path("-/first-steps/", set_up.first_steps, name="first_steps"),
    path("", include("commonpress.newsroom.urls")),
    path("", include("commonpress.fundraising.urls")),
    path("", include("commonpress.discussion.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", include(wagtailadmin_urls)),
    path("", include(wagtail_urls)),
]
