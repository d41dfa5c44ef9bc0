"""What a crawl is made of: one record for each page or document of a file, or the reason why it could not be read."""

from dataclasses import dataclass, field
from typing import Any

LIMIT = 10_000_000
"""The most bytes of one page or document that are held in memory; what is larger becomes the fault `too_large`."""


@dataclass(slots=True)
class Record:
    """A page (`payload`, bytes as served) or a document (`text`), where it was found, and its `fault` ("": none).

    `offset` is a byte of the file as it lies there (of a damaged or ARC file, and of lines: after unpacking), a row of
    parquet. `kind` is "html", "text", "robots" or "". `metadata` holds what is known besides: license, language,
    content type, the HTTP status, `size` (bytes) of what was too large.

    >>> Record(source="a.html", kind="html", payload=b"<p>Hey").size
    6
    """

    source: str
    offset: int = 0
    url: str = ""
    date: str = ""
    kind: str = ""
    payload: bytes = b""
    text: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)
    fault: str = ""

    @property
    def size(self) -> int:
        """The bytes that the record came in with, which a ledger counts: those of its page, or of its text in UTF-8."""
        known = self.metadata.get("size")
        return int(known) if known else len(self.payload) or len(self.text.encode("utf-8", "surrogatepass"))
