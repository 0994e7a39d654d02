from django.urls import path, re_path
from wagtail.admin.auth import require_admin_access

from commonpress.accounts import views
from commonpress.accounts.desk_account import DeskAccount

app_name = "accounts"
urlpatterns = [
    path("accounts/", views.mine, name="mine"),
    path("accounts/follows/", views.follows, name="follows"),
    path("accounts/again/", views.again, name="again"),
    path("accounts/delete/", views.delete, name="delete"),
    path("accounts/deleted/", views.deleted, name="deleted"),
    path("admin/account/", require_admin_access(DeskAccount.as_view())),
    # Wagtail's and Django's own doors, before the includes that would open them.
    path("admin/login/", views.to_sign_in),
    re_path(r"^admin/password_reset/", views.to_sign_in),
    path("admin/logout/", views.to_sign_out),
    path("_util/login/", views.to_sign_in),
    re_path(r"^_util/authenticate_with_password/", views.to_sign_in),
    path("django-admin/login/", views.to_sign_in),
]
