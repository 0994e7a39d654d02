from django.urls import path

from commonpress.notices import views

urlpatterns = [
    path("-/mail/", views.mail_list, name="mail_list"),
    path("-/mail/<str:name>/", views.mail, name="mail"),
]
