"""The n-grams of texts, and their rows in a table of hashed n-grams, many documents in one pass."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import regex  # type: ignore[import-untyped]
from scipy import sparse

from lect.artifacts.errors import LectError
from lect.corpus.batching import group

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}_\u200c\u200d]+")
_CHARACTERS = "\x1e"  # set before n-grams of characters, which are no words
_SPACE = 0x20
_AT_ONCE = 1_000_000  # characters hashed together, which bounds memory
_MIX, _END, _WORD_STEP = (np.uint64(one) for one in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
Hashes = np.ndarray


@dataclass(frozen=True)
class Ngrams:
    """Which n-grams are counted, from the shortest to the longest; (0, 0) for none.

    Words are runs of letters, marks and digits. `characters` are those of each word between two spaces, a space at both
    of its ends. All in lower case.
    """

    words: tuple[int, int] = (1, 2)
    characters: tuple[int, int] = (0, 0)

    def of(self, text: str) -> Iterator[str]:
        """Yield the n-grams of a text, each as often as it occurs.

        >>> list(Ngrams(words=(1, 2)).of("Ja, ok"))
        ['ja', 'ok', 'ja ok']
        """
        low = text.lower()
        words = _WORD.findall(low)
        for size in _sizes(self.words):
            yield from (" ".join(words[at : at + size]) for at in range(len(words) - size + 1))
        for word in low.split() if self.characters[1] else ():
            padded = f" {word} "
            for size in _sizes(self.characters):
                yield from (_CHARACTERS + padded[at : at + size] for at in range(len(padded) - size + 1))


def _sizes(bounds: tuple[int, int]) -> range:
    return range(max(bounds[0], 1), bounds[1] + 1)


@dataclass(frozen=True)
class HashedNgrams:
    """A function from texts to rows: n-grams hashed into `buckets` columns (Weinberger et al., 2009), no vocabulary.

    A cell is 1 + ln(times the n-gram occurs), rows have unit length. The n-grams are those of `Ngrams`, but a single
    space is none. Nothing is learned, so the rows of a text are the same in every corpus and on every machine.

    >>> HashedNgrams(buckets=64)(["Gott kvøld", ""]).shape
    (2, 64)
    """

    ngrams: Ngrams = Ngrams(words=(1, 2), characters=(1, 3))
    buckets: int = 1 << 18

    def __post_init__(self) -> None:
        if self.buckets < 2 or self.buckets & (self.buckets - 1):
            raise LectError(f"buckets must be a power of two, such as {1 << 18}; found {self.buckets}")

    def __call__(self, texts: Sequence[str]) -> sparse.csr_array:
        """Return float32 [text, bucket]."""
        return _weighed(self.counts(texts))

    def counts(self, texts: Sequence[str]) -> sparse.csr_array:
        """Return how often each bucket occurs, float32 [text, bucket]."""
        parts = [self._counted(part) for part in group(texts, len, _AT_ONCE)]
        return sparse.vstack(parts, format="csr") if parts else sparse.csr_array((0, self.buckets), dtype=np.float32)

    def _counted(self, texts: Sequence[str]) -> sparse.csr_array:
        codes, documents = encode([f" {' '.join(text.lower().split())} " for text in texts])
        found = [*self._words(codes, documents), *self._characters(codes, documents)]
        rows = np.concatenate([one for one, _ in found]) if found else np.empty(0, np.int32)
        hashes = np.concatenate([one for _, one in found]) if found else np.empty(0, np.uint64)
        columns = ((hashes * _END) >> np.uint64(65 - self.buckets.bit_length())).astype(np.int32)
        shape = (len(texts), self.buckets)
        return sparse.csr_array((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)

    def _words(self, codes: Hashes, documents: Hashes) -> Iterator[tuple[Hashes, Hashes]]:
        """Yield (document, hash) of the n-grams of words of each size."""
        if not self.ngrams.words[1]:
            return
        inside = np.flatnonzero(in_words(codes))
        if not len(inside):
            return
        starts = np.flatnonzero(np.diff(inside, prepend=-2) > 1)  # places in `inside` where a word begins
        sizes = np.diff(np.append(starts, len(inside)))
        powers = np.cumprod(np.full(int(sizes.max()), _WORD_STEP))
        places = np.arange(len(inside)) - np.repeat(starts, sizes)
        hashes = np.add.reduceat(_mixed(codes[inside] + _MIX) * powers[places], starts)
        owners, joined = documents[inside[starts]], _mixed(hashes)
        for size in range(1, self.ngrams.words[1] + 1):
            if size > 1:
                joined = _mixed(joined[:-1] * _MIX + hashes[size - 1 :])
            if size >= self.ngrams.words[0]:
                alike = owners[: len(joined)] == owners[size - 1 :]
                yield owners[: len(joined)][alike], joined[alike]

    def _characters(self, codes: Hashes, documents: Hashes) -> Iterator[tuple[Hashes, Hashes]]:
        """Yield (document, hash) of the n-grams of characters of each size, which have no space inside."""
        if not self.ngrams.characters[1]:
            return
        spaces = codes == _SPACE
        before = np.concatenate([[0], np.cumsum(spaces)])
        for size, hashes in grow(codes, self.ngrams.characters[1]):
            if size < self.ngrams.characters[0]:
                continue
            at = np.arange(len(hashes))
            inner = before[at + max(size - 1, 1)] - before[at + 1]
            blank = spaces[: len(hashes)] & spaces[size - 1 :] if size < 3 else np.zeros(len(hashes), bool)
            there = (inner == 0) & ~blank
            yield documents[: len(hashes)][there], hashes[there]


def encode(texts: Sequence[str]) -> tuple[Hashes, Hashes]:
    """Return the code points of all texts, one after the other, uint64, and the number of the text each is in, int32."""
    raw = "".join(texts).encode("utf-32-le", "surrogatepass")
    sizes = np.fromiter(map(len, texts), np.int64, len(texts))
    documents = np.repeat(np.arange(len(texts), dtype=np.int32), sizes)
    return np.frombuffer(raw, dtype=np.uint32).astype(np.uint64), documents


def grow(codes: Hashes, longest: int) -> Iterator[tuple[int, Hashes]]:
    """Yield (size, hashes) of the n-grams that begin at each place, uint64; a longer one grows from the shorter.

    Each size has its own hashes, so that no short n-gram can be taken for a long one.
    """
    hashes = np.full(len(codes) + 1, _END)
    for size in range(1, longest + 1):
        hashes = _mixed(hashes[:-1] * _MIX + codes[size - 1 :])
        yield size, hashes


def in_words(codes: Hashes) -> np.ndarray:
    """Return which code points are letters, marks or digits, bool [place]."""
    table = np.zeros(0x110000, dtype=bool)
    table[codes] = True
    there = np.flatnonzero(table)
    table[there] = [_WORD.match(chr(code)) is not None for code in there]
    return np.asarray(table[codes])


def _mixed(hashes: Hashes) -> Hashes:
    hashes = hashes ^ (hashes >> np.uint64(29))
    hashes *= _END
    hashes ^= hashes >> np.uint64(32)
    return hashes


def _weighed(counts: sparse.csr_array) -> sparse.csr_array:
    """Return rows of unit length whose cells are 1 + ln(count); an empty row stays 0."""
    data = (1 + np.log(counts.data)).astype(np.float32)
    norms = np.sqrt(np.add.reduceat(np.append(data * data, 0), counts.indptr[:-1]))
    sizes = np.diff(counts.indptr)
    norms[sizes == 0] = 1
    return sparse.csr_array((data / np.repeat(norms, sizes), counts.indices, counts.indptr), shape=counts.shape)
