"""A text in tokens with every distinct stretch encoded once, and the documents still told apart."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

import numpy as np
from scipy import sparse

from lect.artifacts.hooks import progress
from lect.vocab.counting import _BREAK, batches, breaks_at_spaces, encode

_SAMPLE, _TRIED = 200, 1000  # documents, and characters of each, on which independence of words is tried
_BATCH = 2000


@dataclass(frozen=True)
class Chunks:
    """Distinct stretches of a text (words where words are independent, else documents) and where they stand."""

    texts: list[str]
    """One a distinct stretch."""
    ids: list[list[int]]
    """Its tokens, without special tokens that frame a document."""
    order: np.ndarray
    """int32 [running stretch]: which distinct one it is."""
    starts: np.ndarray
    """int64 [document + 1]: where each document begins in `order`."""

    def sums(self, values: np.ndarray) -> np.ndarray:
        """Add up values [distinct stretch, k] over each document: int64 [document, k]."""
        shape = len(self.starts) - 1, len(self.ids)
        return sparse.csr_array((np.ones(len(self.order), dtype=np.int64), self.order, self.starts), shape) @ values

    def lengths(self) -> np.ndarray:
        """Return how many tokens each document takes: int64 [document]."""
        return self.sums(np.array([[len(ids)] for ids in self.ids], dtype=np.int64).reshape(-1, 1))[:, 0]

    def counts(self, vocabulary: int) -> np.ndarray:
        """Return how often each id occurs: int64 [vocabulary]."""
        times = np.bincount(self.order, minlength=len(self.ids))
        sizes = [len(ids) for ids in self.ids]
        flat = np.fromiter(chain.from_iterable(self.ids), dtype=np.int64, count=sum(sizes))
        return np.bincount(flat, weights=np.repeat(times, sizes), minlength=vocabulary).astype(np.int64)


def chunked(tokenizer: Any, strings: Iterable[str]) -> Chunks:
    """Encode strings as they are, each distinct stretch between spaces once where the tokenizer reads them one by one.

    Whether it does is decided by its parts and by trying it on the first documents (`counting.breaks_at_spaces`).

    >>> chunked(tokenizer, ["hús og heim", "hús"]).lengths()  # doctest: +SKIP
    array([5, 2])
    """
    documents = iter(strings)
    sample = list(islice(documents, _SAMPLE))
    split = breaks_at_spaces(tokenizer, [string[:_TRIED] for string in sample])
    number: dict[str, int] = {}
    order, starts = array("i"), [0]
    with progress("reading", unit="documents") as advance:
        for string in chain(sample, documents):
            parts = _BREAK.split(string) if split else [string]
            order.extend([number.setdefault(part, len(number)) for part in parts])
            starts.append(len(order))
            advance(1)
    texts = list(number)
    ids = [found for batch in batches(texts, _BATCH) for found in encode(tokenizer, batch)]
    return Chunks(texts, ids, np.frombuffer(order, dtype=np.int32), np.array(starts, dtype=np.int64))
