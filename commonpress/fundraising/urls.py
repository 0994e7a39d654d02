from django.urls import path

from commonpress.fundraising.views import badge, give, meter

app_name = "fundraising"

urlpatterns = [
    path("give/", give.give, name="give"),
    path("give/<slug:public_id>/", give.pledge, name="pledge"),
    path("give/<slug:public_id>/cancel/<slug:token>/", give.cancel, name="cancel"),
    path("-/supporter", badge.change, name="badge"),
    path("meter/", meter.page, name="meter"),
    path("embed/meter/", meter.embed, name="embed"),
    path("meter.json", meter.figures, name="figures"),
    path("meter.svg", meter.picture, name="picture"),
]
