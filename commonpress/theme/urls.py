from django.urls import re_path

from commonpress.theme import media, spot

app_name = "theme"
urlpatterns = [
    re_path(r"^-/spot/(?P<colour>[0-9a-f]{6})\.css$", spot.stylesheet, name="spot"),
    re_path(rf"^media/{media.PUBLIC_FILE}$", media.picture, name="picture"),
]
