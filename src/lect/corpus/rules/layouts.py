"""Where documents, lines and words lie in a batch of texts, found once for all statistics."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from lect.corpus.rules.characters import ALPHABETIC, CLUSTER, KIND, MARK, SPACE, SYMBOL, bits_of, codes_of

_BASE = 0x9E3779B97F4A7C15  # odd, so it has an inverse modulo 2^64
_BREAK = 10
LONGEST = 2_000_000  # characters of a document that are looked at: more words than any rule allows
LETTERS_A_WORD = 2  # of a script without spaces: HPLT asks for ten characters where it asks others for five words
_AT_ONCE = 1 << 18  # characters of a pass, so that its arrays stay in the cache


@dataclass(frozen=True)
class Spans:
    """Stretches of a batch, each from its first word or symbol to its last; all arrays int64 [spans]."""

    documents: np.ndarray
    tokens: np.ndarray
    """first token"""
    until: np.ndarray
    """the token after the last"""
    numbers: np.ndarray
    """of the line, blank ones counted, that it starts with"""


class Layout:
    r"""A batch of texts cut into tokens and lines.

    A token is a word (a run of letters, marks, digits and connectors: `\w` of Unicode), a run of other visible
    characters, or, in a script without spaces between words, one letter with its marks: the same cut for every
    language. Only the first two million characters of a text are looked at, which bounds memory.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        texts = [text[:LONGEST] for text in texts]
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        self.characters = lengths
        self.offsets = np.concatenate([[0], np.cumsum(lengths + 1)])
        self.codes = codes_of("\n".join([*texts, ""]))
        self.bits = bits_of(self.codes)
        kinds = self.bits & KIND
        visible, before = kinds != SPACE, np.concatenate([[np.uint8(SPACE)], kinds[:-1]])
        changed = kinds != before
        begins = visible & (changed | (kinds == CLUSTER)) & ~((kinds == MARK) & (before == CLUSTER))
        stops = visible & np.concatenate([begins[1:] | ~visible[1:], [True]])
        self.starts = np.flatnonzero(begins)
        self.ends = np.flatnonzero(stops) + 1
        self.kinds = kinds[self.starts]
        self.first = np.searchsorted(self.starts, self.offsets)
        self.documents = np.repeat(np.arange(len(texts)), np.diff(self.first))

    def __len__(self) -> int:
        return len(self.characters)

    @cached_property
    def words(self) -> np.ndarray:
        """Whether a token is more than symbols, bool [tokens]."""
        return self.kinds != SYMBOL

    @cached_property
    def unspaced(self) -> np.ndarray:
        """Whether a token is a letter of a script without spaces between words, bool [tokens]."""
        return self.kinds >= CLUSTER

    @cached_property
    def unspaced_documents(self) -> np.ndarray:
        """Whether most characters of words are of such a script, bool [documents]."""
        sizes = (self.ends - self.starts) * self.words
        return self.total(sizes * self.unspaced) * 2 > self.total(sizes)

    @cached_property
    def alphabetic(self) -> np.ndarray:
        """Whether a token has a letter, bool [tokens]."""
        return self.has(self.bits & ALPHABETIC != 0)

    @cached_property
    def _digests(self) -> tuple[np.ndarray, np.ndarray]:
        powers, inverses = _powers(1 << len(self.codes).bit_length())
        mixed = (self.codes.astype(np.uint64) + np.uint64(1)) * np.uint64(0xBF58476D1CE4E5B9)
        mixed ^= mixed >> np.uint64(31)
        mixed *= powers[: len(mixed)]
        return np.concatenate([np.zeros(1, np.uint64), np.cumsum(mixed)]), inverses

    def hashes(self, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """Return a hash of the characters of each stretch, wherever it stands; uint64 [stretches].

        Sums of mixed code points times powers of an odd base modulo 2^64 (Karp and Rabin), so that one pass over the
        characters serves words, lines and paragraphs.
        """
        sums, inverses = self._digests
        found = (sums[ends] - sums[starts]) * inverses[starts]
        return found ^ (found >> np.uint64(32))

    @cached_property
    def words_hashed(self) -> np.ndarray:
        """The hash of each token, uint64 [tokens]."""
        return self.hashes(self.starts, self.ends)

    @cached_property
    def token_lengths(self) -> np.ndarray:
        """Characters of the tokens before each, int64 [tokens + 1]."""
        return np.concatenate([[0], np.cumsum(self.ends - self.starts)])

    @cached_property
    def lines(self) -> Spans:
        """Lines that are not blank."""
        ends = np.flatnonzero(self.codes == _BREAK)
        until = np.searchsorted(self.starts, ends)
        tokens = np.concatenate([[0], until[:-1]])
        full = np.flatnonzero(until > tokens)
        return Spans(self.documents[tokens[full]], tokens[full], until[full], full)

    @cached_property
    def paragraphs(self) -> Spans:
        """Lines between which no blank one stands."""
        lines = self.lines
        begins = np.ones(len(lines.numbers), bool)
        begins[1:] = (np.diff(lines.numbers) > 1) | (np.diff(lines.documents) > 0)
        places = np.flatnonzero(begins)
        last = np.concatenate([places[1:], [len(begins)]])[: len(places)] - 1
        return Spans(lines.documents[places], lines.tokens[places], lines.until[last], lines.numbers[places])

    def has(self, marked: np.ndarray) -> np.ndarray:
        """Return whether a token holds a marked character; bool [characters] → bool [tokens]."""
        sums = np.concatenate([[0], np.cumsum(marked, dtype=np.int32)])
        return sums[self.ends] > sums[self.starts]

    def total(self, values: np.ndarray) -> np.ndarray:
        """Sum a value of tokens over each document; [tokens] → float64 [documents]."""
        return np.diff(np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])[self.first])

    def total_of(self, spans: Spans, values: np.ndarray) -> np.ndarray:
        """Sum a value of spans over each document; [spans] → float64 [documents]."""
        return np.bincount(spans.documents, values, minlength=len(self)).astype(np.float64)


def batches_of(texts: Sequence[str]) -> Iterator[slice]:
    """Yield slices of texts that are laid out together, a quarter of a million characters or one text each."""
    start = size = 0
    for place, text in enumerate(texts):
        length = min(len(text), LONGEST)
        if place > start and size + length > _AT_ONCE:
            yield slice(start, place)
            start, size = place, 0
        size += length
    if start < len(texts):
        yield slice(start, len(texts))


@cache
def _powers(size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the first powers of the base, and of its inverse modulo 2^64; uint64 [size]."""
    found = []
    for base in (_BASE, pow(_BASE, -1, 1 << 64)):
        powers = np.full(size, base, np.uint64)
        powers[0] = 1
        found.append(np.cumprod(powers))
    return found[0], found[1]
