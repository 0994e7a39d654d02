"""The address book."""

from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

handler400 = "commonpress.theme.views.bad_request"
handler403 = "commonpress.theme.views.forbidden"
handler404 = "commonpress.theme.views.not_found"
handler500 = "commonpress.theme.views.broken"

urlpatterns = [
    path("", include("commonpress.accounts.urls")),
    path("", include("commonpress.notices.urls")),
    path("", include("commonpress.theme.urls")),
    path("", include("commonpress.fundraising.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", include(wagtailadmin_urls)),
    path("", include(wagtail_urls)),
]
