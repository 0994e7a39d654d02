"""A file's bytes as clean UTF-8, read as a stream, whatever encoding it declares.

Real exports carry control characters and broken UTF-8 that no XML parser accepts. They are
taken out here, and counted, so that one bad comment does not keep an archive from moving.
"""

import codecs
import io
import re
from typing import BinaryIO

from commonpress.exchange.errors import UnreadableFileError
from commonpress.exchange.report import Report

# Everything below a space but tab and line ends, and the two code points XML 1.0 forbids.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
CHUNK_BYTES = 1 << 16
DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}\bencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
# Python's names of encodings of text, of which it also has others.
OF_TEXT = ("ascii", "big5", "cp125", "euc", "gb", "iso8859", "koi8", "shift_jis", "utf-8")


class CleanUtf8(io.RawIOBase):
    """Wraps a binary file; yields valid UTF-8 without characters XML forbids."""

    def __init__(self, file: BinaryIO, report: Report) -> None:
        self.file = file
        self.report = report
        self.first = file.read(CHUNK_BYTES)
        self.decoder = codecs.getincrementaldecoder(encoding_of(self.first))(errors="replace")
        self.ready = b""
        self.has_begun = False

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self.ready) < size:
            chunk, self.first = self.first or self.file.read(CHUNK_BYTES), b""
            text = self.decoder.decode(chunk, final=not chunk)
            if broken := text.count("\ufffd"):
                self.report.dropped["broken characters, shown as \ufffd"] += broken
            text, removed = FORBIDDEN.subn("", text)
            if removed:
                self.report.dropped["control characters"] += removed
            if not self.has_begun:
                # Plug-ins print blank lines before the declaration, which XML forbids.
                text = text.lstrip()
                self.has_begun = bool(text)
            self.ready += text.encode()
            if not chunk:
                break
        size = len(self.ready) if size < 0 else size
        taken, self.ready = self.ready[:size], self.ready[size:]
        return taken


def encoding_of(beginning: bytes) -> str:
    """Return the encoding an XML file declares; UTF-8 without one.

    Raises UnreadableFileError for one that is not of text, or unknown.
    """
    declared = DECLARED.match(beginning.removeprefix(codecs.BOM_UTF8))
    if declared is None:
        return "utf-8-sig"
    try:
        name = codecs.lookup(declared[1].decode()).name
    except LookupError:
        name = ""
    if not name.startswith(OF_TEXT):
        raise UnreadableFileError(
            f"The file says it is written in {declared[1].decode()}, which we cannot read. Please export it as UTF-8."
        )
    return "utf-8-sig" if name == "utf-8" else name
