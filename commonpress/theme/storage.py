from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class StaticStorage(ManifestStaticFilesStorage):
    """Static files named by content. They are compressed afterwards, beside the running server."""

    manifest_strict = False
