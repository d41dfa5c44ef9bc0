"""What is remembered of a stream of documents: counts, ends, and samples chosen by hash."""

import math
from dataclasses import dataclass
from urllib.parse import urlsplit

from lect.corpus.choosing.licensing import read_license
from lect.corpus.describing.distributions import distribute
from lect.corpus.describing.tallies import LISTED, Bottom, Tally, estimate, fingerprint, to_facet
from lect.corpus.describing.values import Distribution, Facet, Sample
from lect.corpus.shards import Row

ROWS = 20_000
"""Documents of the sample from which quartiles, histograms and drift are taken."""
USUAL = ("language", "source", "site", "license", "year")
_SHOWN = 300  # characters of a document that is shown
_HEAD = 1000  # characters of a sampled document that drift is measured on
_MOST = 50_000  # values of a column that are counted exactly
_NEITHER = {"text", "id", "url", "title", "date", "bytes", "offset", "reason", "characters", "cluster"}
_NOT_STATED = ("unknown", "none", "null")


@dataclass(frozen=True)
class Sampled:
    """What is kept of a document in the sample."""

    names: dict[str, str]
    numbers: dict[str, float]
    bytes: int
    head: str


class Kept:
    """What has been seen of the documents that were kept."""

    def __init__(self, samples: int, seed: int) -> None:
        self.seed, self.documents, self.bytes, self.received, self.sized = seed, 0, 0, 0, 0
        self.tallies: dict[str, Tally] = {name: Tally(_MOST) for name in USUAL}
        self.ranges: dict[str, list[float]] = {}  # column → lowest, highest, documents that have it
        self.rows: Bottom[Sampled] = Bottom(ROWS)
        self.shown: Bottom[Sample] = Bottom(samples)
        self.licenses = Tally(_MOST)  # of (source, license)
        self.clusters = [0, 0, 0]  # documents that came in, kept ones with copies, most copies

    def add(self, row: Row) -> None:
        """Count a document."""
        text = row.get("text") or ""
        size, key = len(text.encode("utf-8", "surrogatepass")), fingerprint(row, self.seed)
        self.documents += 1
        self.bytes += size
        if isinstance(row.get("bytes"), int):
            self.sized += 1
            self.received += row["bytes"]
        names, numbers = names_of(row), numbers_of(row)
        for column, value in names.items():
            self.tallies.setdefault(column, Tally(LISTED)).add(value, size)
        for column, number in numbers.items():
            known = self.ranges.setdefault(column, [math.inf, -math.inf, 0])
            known[:] = min(known[0], number), max(known[1], number), known[2] + 1
        if "source" in names:
            self.licenses.add((names["source"], names.get("license", "")), size)
        if "cluster_size" in numbers:
            self._count_copies(int(numbers["cluster_size"]))
        if self.rows.wants(key):
            self.rows.offer(key, Sampled(names, numbers, size, text[:_HEAD]))
        _show(self.shown, key, row)

    def _count_copies(self, size: int) -> None:
        self.clusters = [self.clusters[0] + size, self.clusters[1] + (size > 1), max(self.clusters[2], size)]

    def facet(self, column: str) -> Facet:
        """Return the groups of a column of names."""
        if not self.tallies[column].over:
            return to_facet(self.tallies[column].groups(), self.documents, self.bytes)
        sampled = ((row.names.get(column, ""), row.bytes) for row in self.rows)
        return estimate(sampled, self.documents, self.bytes)

    def distribution(self, column: str) -> Distribution:
        """Return how the numbers of a column lie."""
        low, high, documents = self.ranges[column]
        values = [row.numbers[column] for row in self.rows if column in row.numbers]
        return distribute(values or [low, high], low=low, high=high, missing=self.documents - int(documents))


class Dropped:
    """What has been seen of the documents that were dropped: counts and samples of each reason."""

    def __init__(self, samples: int, seed: int) -> None:
        self.samples, self.seed = samples, seed
        self.reasons = Tally(10**9)
        self.shown: dict[str, Bottom[Sample]] = {}

    def add(self, row: Row) -> None:
        """Count a document."""
        reason = str(row.get("reason") or "unknown")
        size = row.get("bytes")
        self.reasons.add(
            reason, size if isinstance(size, int) else len((row.get("text") or "").encode("utf-8", "surrogatepass"))
        )
        _show(self.shown.setdefault(reason, Bottom(self.samples)), fingerprint(row, self.seed), row)


def _show(shown: Bottom[Sample], key: int, row: Row) -> None:
    """Offer a document to be shown; one that is shown already is not shown twice."""
    if not shown.wants(key) or key in shown:
        return
    text = (row.get("text") or "").strip()
    said = {name: str(row.get(name) or "") for name in ("language", "title", "url", "source", "license")}
    shown.offer(key, Sample(text[:_SHOWN], len(text) > _SHOWN, **said))


def names_of(row: Row) -> dict[str, str]:
    """Return the columns of a document that hold names: its own, and the site of its `url` and the year of its `date`."""
    names = {
        column: value.strip()
        for column, value in row.items()
        if isinstance(value, str) and column not in _NEITHER and value.strip()
    }
    if (license_ := names.pop("license", "")) and license_.lower() not in _NOT_STATED:
        names["license"] = read_license(license_).id or license_
    year = str(row.get("date") or "")[:4]
    derived = {"site": site_of(str(row.get("url") or "")), "year": year if year.isdigit() and len(year) == 4 else ""}
    return {**names, **{column: value for column, value in derived.items() if value}}


def numbers_of(row: Row) -> dict[str, float]:
    """Return the columns of a document that hold finite numbers, the length of its text in `characters` first."""
    numbers: dict[str, float] = {"characters": len(row.get("text") or "")}
    for column, value in row.items():
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if is_number and column not in _NEITHER and math.isfinite(value):
            numbers[column] = value
    return numbers


def site_of(url: str) -> str:
    """Return the host of an address without `www.`, "" if it has none.

    >>> site_of("https://www.example.fo:8080/a")
    'example.fo'
    """
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:  # such as an address in brackets that is none
        return ""
