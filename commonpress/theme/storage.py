from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class StaticStorage(ManifestStaticFilesStorage):
    """Static files named by content. They are compressed afterwards, beside the running server."""

    manifest_strict = False

    def read_again(self) -> None:
        """Read the list of names anew, after another process has collected the files."""
        self.hashed_files, self.manifest_hash = self.load_manifest()  # type: ignore[assignment]  # stubs say str
