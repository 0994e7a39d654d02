from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class StaticStorage(ManifestStaticFilesStorage):
    """Static files named by content. They are compressed afterwards, beside the running server."""

    manifest_strict = False

    def stored_name(self, name: str) -> str:
        """Return the name with its content's hash, or as it is where the file is not collected.

        A page without its style can be read; above all the one that says something went wrong.
        """
        try:
            return str(super().stored_name(name))
        except ValueError:
            return name

    def read_again(self) -> None:
        """Read the list of names anew, after another process has collected the files."""
        self.hashed_files, self.manifest_hash = self.load_manifest()  # type: ignore[assignment]  # stubs say str
