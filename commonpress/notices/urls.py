from django.urls import path

from commonpress.notices.views import follows, mail

urlpatterns = [
    path("-/mail/", mail.mail_list, name="mail_list"),
    path("-/mail/<str:name>/", mail.mail, name="mail"),
    path("-/follows/<str:token>/", follows.manage, name="follows_manage"),
    path("-/follows/confirm/<str:token>/", follows.confirm, name="follows_confirm"),
    path("-/follows/stop/<str:token>/", follows.stop, name="follows_stop"),
]
