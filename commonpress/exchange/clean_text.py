"""A file's bytes as clean UTF-8, read as a stream.

Real exports carry control characters and broken UTF-8 that no XML parser accepts. They are
taken out here, and counted, so that one bad comment does not keep an archive from moving.
"""

import codecs
import io
import re
from typing import BinaryIO

from commonpress.exchange.report import Report

# Everything below a space but tab and line ends, and the two code points XML 1.0 forbids.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
CHUNK_BYTES = 1 << 16


class CleanUtf8(io.RawIOBase):
    """Wraps a binary file; yields valid UTF-8 without characters XML forbids."""

    def __init__(self, file: BinaryIO, report: Report) -> None:
        self.file = file
        self.report = report
        self.decoder = codecs.getincrementaldecoder("utf-8-sig")(errors="replace")
        self.ready = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self.ready) < size:
            chunk = self.file.read(CHUNK_BYTES)
            text = self.decoder.decode(chunk, final=not chunk)
            if broken := text.count("\ufffd"):
                self.report.dropped["broken UTF-8 sequences, shown as \ufffd"] += broken
            text, removed = FORBIDDEN.subn("", text)
            if removed:
                self.report.dropped["control characters"] += removed
            self.ready += text.encode()
            if not chunk:
                break
        size = len(self.ready) if size < 0 else size
        taken, self.ready = self.ready[:size], self.ready[size:]
        return taken
