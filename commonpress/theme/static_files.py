"""Static files from the data folder, compressed as soon as their compressed copies stand."""

import time
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware

LOOK_SECONDS = 2


class StaticFilesMiddleware(WhiteNoiseMiddleware):
    """WhiteNoise, which looks at its folder only once, made to look again when compressing is done."""

    def __init__(self, get_response: object) -> None:
        self.mark = Path(settings.STATIC_ROOT) / "compressed"
        self.is_compressed = self.mark.exists()
        self.looked_at = time.monotonic()
        super().__init__(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not self.is_compressed and time.monotonic() - self.looked_at > LOOK_SECONDS:
            self.looked_at = time.monotonic()
            if self.mark.exists():
                self.is_compressed = True
                self.add_files(self.static_root, prefix=self.static_prefix)
        response: HttpResponseBase = super().__call__(request)
        return response
