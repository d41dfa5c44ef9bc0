"""The ledger of a corpus: what came in, what was kept, and what was dropped for which reason, exactly."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from lect.artifacts.errors import LectError
from lect.artifacts.opening import combined_hash
from lect.artifacts.texts import Document, Text

KEPT = ""


@dataclass
class Ledger:
    """Documents and bytes that came in, and where they went: each document is counted once, under "" if it was kept.

    A document's bytes are those it came in with (UTF-8 of its text, or the bytes of the page it was on), whatever was
    cut from it later: so in = out + dropped for documents and for bytes, exactly.

    >>> ledger = Ledger()
    >>> ledger.add("", 10); ledger.add("too_short", 2)
    >>> ledger.to_json()["out"], ledger.to_json()["dropped"]
    ({'documents': 1, 'bytes': 10}, {'too_short': {'documents': 1, 'bytes': 2}})
    """

    documents: Counter[str] = field(default_factory=Counter)
    """reason → documents"""
    sizes: Counter[str] = field(default_factory=Counter)
    """reason → bytes"""

    def add(self, reason: str, size: int, documents: int = 1) -> None:
        """Count a document, or some, of `size` bytes together, under the reason it was dropped for ("" for none)."""
        self.documents[reason] += documents
        self.sizes[reason] += size

    def __add__(self, other: "Ledger") -> "Ledger":
        return Ledger(self.documents + other.documents, self.sizes + other.sizes)

    def to_json(self) -> dict[str, Any]:
        """Return `in`, `out` and `dropped` by reason, the most frequent reason first."""
        reasons = sorted(filter(None, self.documents), key=lambda reason: (-self.documents[reason], reason))
        return {
            "in": {"documents": self.documents.total(), "bytes": self.sizes.total()},
            "out": self._row(KEPT),
            "dropped": {reason: self._row(reason) for reason in reasons},
        }

    def _row(self, reason: str) -> dict[str, int]:
        return {"documents": self.documents[reason], "bytes": self.sizes[reason]}

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> "Ledger":
        """Read a ledger back; raise `LectError` where in is not out + dropped."""
        rows = {KEPT: said["out"], **said["dropped"]}
        ledger = cls(
            Counter({reason: row["documents"] for reason, row in rows.items()}),
            Counter({reason: row["bytes"] for reason, row in rows.items()}),
        )
        if ledger.to_json()["in"] != said["in"]:
            raise LectError(
                f"the ledger does not add up: in {said['in']}, but out and dropped make {ledger.to_json()['in']}"
            )
        return ledger


def sift(text: Text, reasons: Sequence[str]) -> tuple[Text, Ledger]:
    """Return the documents whose reason is "", and the ledger of all; `reasons` holds one for each document, in order.

    >>> from lect.artifacts import read
    >>> kept, ledger = sift(read(["Gott kvøld", "x"]), ["", "too_short"])
    >>> [d["text"] for d in kept], ledger.to_json()["dropped"]
    (['Gott kvøld'], {'too_short': {'documents': 1, 'bytes': 1}})
    """
    ledger = Ledger()
    for string, reason in _paired(text.strings(), reasons):
        ledger.add(reason, len(string.encode("utf-8", "surrogatepass")))

    def kept() -> Iterator[Document]:
        return (document for document, reason in zip(text, reasons, strict=True) if not reason)

    return Text(kept, combined_hash("sift", text.identity, *reasons), text.sources), ledger


def _paired(strings: Iterable[str], reasons: Sequence[str]) -> Iterator[tuple[str, str]]:
    try:
        yield from zip(strings, reasons, strict=True)
    except ValueError:
        raise LectError(
            f"the {len(reasons)} reasons are not one for each document of the text; pass '' for a document to keep"
        ) from None
