"""From a record of a crawl to a row of the table: cheap text, its language, and for the hits everything else."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from lect.artifacts.opening import combined_hash
from lect.corpus.crawl.records import Record
from lect.corpus.crawl.robots import refuses
from lect.corpus.crawl.rows import cheap_texts, pages
from lect.corpus.identification.identifying import UNKNOWN, Identifier
from lect.corpus.identification.saving import load_identifier
from lect.corpus.rules.measuring import measure
from lect.corpus.shards import Row


@dataclass(frozen=True)
class Pager:
    """Makes rows of records, for one language (`fao_Latn`), with the identifier of a folder."""

    language: str
    identifier: str
    stop_words: frozenset[str] | None = None

    def __call__(self, records: Sequence[Record]) -> list[Row]:
        """Return a row for each record: `reason` says why it was dropped, "" if it was not."""
        rows = [dropped(record, record.fault) for record in records]
        sound = [number for number, record in enumerate(records) if not record.fault]
        found = _identifier(self.identifier).identify(cheap_texts([records[number] for number in sound]))
        for number, label, share in zip(sound, found.labels, found.probabilities.max(axis=1, initial=0), strict=True):
            rows[number] |= {"language": label, "language_probability": float(share)}
            if label != self.language:
                rows[number]["reason"] = "unknown_language" if label == UNKNOWN else "other_language"
        self._read(records, rows, [number for number in sound if not rows[number]["reason"]])
        return rows

    def _read(self, records: Sequence[Record], rows: list[Row], hits: Sequence[int]) -> None:
        """Extract the hits with care and measure them."""
        for number, page in zip(hits, pages([records[number] for number in hits]), strict=True):
            row = rows[number]
            row |= {"text": page.text, "title": page.title, "author": page.author, "robots": page.robots}
            row |= {"license": page.license or row["license"], "date": page.date or row["date"]}
            row["robots_refusals"] = float(refuses([page.robots])[0])
            row["reason"] = "" if page.text.strip() else "no_text"
        left = [number for number in hits if not rows[number]["reason"]]
        measured = measure(
            [rows[number]["text"] for number in left], language=self.language, stop_words=self.stop_words
        )
        for name, values in measured.items():
            for number, value in zip(left, values.tolist(), strict=True):
                rows[number][name] = value


def dropped(record: Record, reason: str) -> Row:
    """Return what is known of a record without reading it."""
    known = record.metadata
    return {
        "id": combined_hash(record.source, str(record.offset), record.url)[:16],
        "source": record.source, "offset": record.offset, "url": record.url, "date": record.date,
        "license": str(known.get("license") or ""), "bytes": record.size, "reason": reason,
    }  # fmt: skip


@cache
def _identifier(folder: str) -> Identifier:
    return load_identifier(folder)
