"""Counts and samples of a stream that need bounded memory and do not depend on its order."""

import hashlib
import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from lect.corpus.describing.values import Facet, Group

LISTED = 50  # groups of a facet that are named
_IDENTIFYING = ("url", "source", "offset", "date", "license", "language")

Item = TypeVar("Item")


def fingerprint(row: Mapping[str, Any], seed: int) -> int:
    """Return a 64-bit hash of what a document is (its text, address and origin), whatever its place in the stream."""
    digest = hashlib.blake2b((row.get("text") or "").encode("utf-8", "surrogatepass"), digest_size=8)
    digest.update("\0".join([str(seed), *(str(row.get(name)) for name in _IDENTIFYING)]).encode("utf-8", "replace"))
    return int.from_bytes(digest.digest(), "big")


class Bottom(Generic[Item]):
    """The `size` items with the smallest hashes: a random sample, the same in whatever order the items come.

    >>> sample = Bottom(2)
    >>> for key in (5, 1, 9): sample.offer(key, str(key))
    >>> list(sample)
    ['1', '5']
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._heap: list[tuple[int, int, Item]] = []
        self._offers = 0

    def __len__(self) -> int:
        return len(self._heap)

    def __iter__(self) -> Iterator[Item]:
        return (item for _, _, item in sorted(self._heap, key=lambda entry: (-entry[0], entry[1])))

    def __contains__(self, key: int) -> bool:
        return any(entry[0] == -key for entry in self._heap)

    def wants(self, key: int) -> bool:
        """Say whether an item with this hash would be taken."""
        return len(self._heap) < self.size or (self.size > 0 and -key > self._heap[0][0])

    def offer(self, key: int, item: Item) -> None:
        """Take an item if its hash is among the smallest so far."""
        self._offers += 1
        if len(self._heap) < self.size:
            heapq.heappush(self._heap, (-key, self._offers, item))
        elif self.wants(key):
            heapq.heappushpop(self._heap, (-key, self._offers, item))


class Tally:
    """Documents and bytes by value, exact up to `most` values; past that it is `over`, and only a sample can tell."""

    def __init__(self, most: int) -> None:
        self.most, self.over = most, False
        self.documents: Counter[Any] = Counter()
        self.sizes: Counter[Any] = Counter()

    def add(self, value: Any, size: int, documents: int = 1) -> None:
        """Count a document, or some, of `size` bytes together."""
        if self.over:
            return
        self.documents[value] += documents
        self.sizes[value] += size
        if len(self.documents) > self.most:
            self.over = True
            self.documents.clear()
            self.sizes.clear()

    def values(self) -> list[Any]:
        """Return the values by documents, the most frequent first."""
        return sorted(self.documents, key=lambda value: (-self.documents[value], str(value)))

    def groups(self) -> list[Group]:
        """Return the groups of the values, in the same order."""
        return [Group(str(value), self.documents[value], self.sizes[value]) for value in self.values()]


def add_up(groups: Iterable[Group]) -> Group:
    """Return the documents and bytes of several groups together."""
    several = list(groups)
    return Group("others", sum(one.documents for one in several), sum(one.bytes for one in several))


def to_facet(groups: list[Group], documents: int, size: int) -> Facet:
    """Return a facet of groups that are sorted; what they lack of all documents and bytes is unknown."""
    known = add_up(groups)
    return Facet(
        groups[:LISTED],
        len(groups),
        add_up(groups[LISTED:]),
        Group("unknown", documents - known.documents, size - known.bytes),
    )


def estimate(values: Iterable[tuple[str, int]], documents: int, size: int) -> Facet:
    """Return a facet from the sample's (value or "", bytes), scaled to all documents and bytes."""
    tally, seen = Tally(most=10**9), list(values)
    for value, bytes_ in seen:
        tally.add(value, bytes_)
    by_document, by_byte = documents / max(len(seen), 1), size / max(sum(bytes_ for _, bytes_ in seen), 1)
    groups = [Group(one.name, round(one.documents * by_document), round(one.bytes * by_byte)) for one in tally.groups()]
    unknown = next((one for one in groups if not one.name), Group("", 0, 0))
    named = [one for one in groups if one.name]
    return Facet(
        named[:LISTED],
        len(named),
        add_up(named[LISTED:]),
        Group("unknown", unknown.documents, unknown.bytes),
        estimated=True,
    )
