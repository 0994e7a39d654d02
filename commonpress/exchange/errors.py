"""Files that cannot be imported, each with the sentence its owner reads."""


class UnreadableFileError(Exception):
    """The file was refused before anything was written; the message says why and what to do."""
