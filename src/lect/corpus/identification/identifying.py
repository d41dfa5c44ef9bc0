"""An identifier at work: languages of documents, of the segments of one, and of its words."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
import regex  # type: ignore[import-untyped]
from scipy import sparse
from scipy.special import log_softmax

from lect.artifacts.errors import LectError
from lect.corpus.batching import group
from lect.corpus.identification.hashing import BUCKETS, hash_ngrams
from lect.corpus.identification.smoothing import Span, cut_segments, join_units, smooth

UNKNOWN = "und"
LONGEST = 100_000  # characters of a document that are read: a label needs no more, and memory stays bounded
_BATCH = 1 << 17  # characters hashed together: they stay in the cache
_KNOWN = 0.5  # share of the letters that the identifier must have seen in training
_WORD = regex.compile(r"[\p{L}\p{M}]+(?:['’ʼʻ‘][\p{L}\p{M}]+)*")


@dataclass(frozen=True)
class Identified:
    """What was found for each text: the likeliest label or `und`, and float32 [texts, names] that sum to 1."""

    labels: list[str]
    probabilities: np.ndarray
    names: tuple[str, ...]

    def top(self, k: int = 3) -> list[list[tuple[str, float]]]:
        """Return the k likeliest names of each text with their probabilities, the likeliest first."""
        order = np.argsort(-self.probabilities, axis=1, kind="stable")[:, :k]
        return [
            [(self.names[place], float(row[place])) for place in places]
            for places, row in zip(order, self.probabilities, strict=True)
        ]


@dataclass(frozen=True)
class Identifier:
    """A character n-gram softmax: what each n-gram says for each label, in 255 levels.

    ln p(label | text) = a · n^-b · Σ (`step` · gains[n-gram] - floors) + priors - ln Z, over the n known n-grams of the
    text; a and b are `sharpness`. `buckets` int32 [n-grams] are the hashes of those that are known, sorted; `gains`
    uint8 [n-grams, labels], sparse; `floors` and `priors` float32 [labels]. Below `threshold` (a probability, 0 to 1)
    a text is `und`.
    """

    labels: tuple[str, ...]
    orders: tuple[int, ...]
    buckets: np.ndarray
    gains: sparse.csr_array
    step: float
    floors: np.ndarray
    priors: np.ndarray
    sharpness: tuple[float, float] = (1.0, 0.5)
    threshold: float = 0.0

    def __getstate__(self) -> dict[str, Any]:  # workers unfold the tables themselves
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @cached_property
    def places(self) -> np.ndarray:
        """The row of each bucket in `weights`, int32 [buckets]; 0 says nothing."""
        table = np.zeros(BUCKETS, np.int32)
        table[self.buckets] = np.arange(1, len(self.buckets) + 1)
        return table

    @cached_property
    def weights(self) -> np.ndarray:
        """What is summed up, float32 [n-grams + 1, labels]; row 0 is nothing."""
        table = np.zeros((len(self.buckets) + 1, len(self.labels)), np.float32)
        table[1:] = self.gains.toarray()
        table[1:] *= self.step
        table[1:] -= self.floors
        return table

    def identify(self, texts: Sequence[str]) -> Identified:
        """Return the language of each text (its first 100,000 characters).

        It is `und` where the likeliest label is below the threshold, where no n-gram is known, and where most letters
        were never seen in training (another script).

        >>> identifier.identify(["Gott kvøld", "12:30"]).labels  # doctest: +SKIP
        ['fao_Latn', 'und']
        """
        sums, counts, readable = self.sums(texts)
        found = self._logits(sums, counts)
        found -= found.max(axis=1, keepdims=True)
        np.exp(found, out=found)
        found /= found.sum(axis=1, keepdims=True)
        best = found.argmax(axis=1)
        sure = readable & (found[np.arange(len(best)), best] >= self.threshold)
        names = np.array([*self.labels, UNKNOWN], dtype=object)
        return Identified(names[np.where(sure, best, len(self.labels))].tolist(), found, self.labels)

    def logs(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Return ln p(label) float32 [texts, labels], and whether enough of the letters is known, bool [texts]."""
        sums, counts, readable = self.sums(texts)
        return self.calibrated(sums, counts), readable

    def calibrated(self, sums: np.ndarray, counts: np.ndarray) -> np.ndarray:
        """Return ln p(label) from sums over n-grams, float32 [texts, labels], and their numbers [texts]."""
        return log_softmax(self._logits(sums, counts), axis=1)

    def _logits(self, sums: np.ndarray, counts: np.ndarray) -> np.ndarray:
        factor, power = self.sharpness
        sharp = factor * np.maximum(counts, 1.0) ** -power
        return sums * sharp[:, None].astype(np.float32) + self.priors

    def sums(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the summed weights [texts, labels], the known n-grams [texts], and whether the letters are known."""
        if isinstance(texts, str):
            raise LectError("texts are a list of strings; found one string. Pass [text].")
        parts = [self._sum(batch) for batch in group((text[:LONGEST] for text in texts), len, _BATCH)]
        if not parts:
            return np.zeros((0, len(self.labels)), np.float32), np.zeros(0), np.zeros(0, bool)
        sums, counts, readable = (np.concatenate(part) for part in zip(*parts, strict=True))
        return sums, counts, readable

    def _sum(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        import torch

        hashed = hash_ngrams(texts, self.orders)
        places = self.places[hashed.buckets]
        flat = places.reshape(-1)
        known = np.flatnonzero(flat)
        ends = np.searchsorted(known, hashed.starts * len(self.orders))
        summed = torch.nn.functional.embedding_bag(  # six times as fast as a sparse product of scipy
            torch.from_numpy(flat[known]), torch.from_numpy(self.weights), torch.from_numpy(ends.astype(np.int32)),
            mode="sum", include_last_offset=True,
        )  # fmt: skip
        counts = np.diff(ends).astype(np.float64)
        readable = counts > 0
        if 1 in self.orders:
            column = self.orders.index(1)
            seen, letters = (_per_text(table[:, column] > 0, hashed.starts) for table in (places, hashed.buckets))
            readable &= seen >= _KNOWN * letters
        return summed.numpy(), counts, readable

    def segments(self, text: str, *, switch: float = 2.0) -> list[Span]:
        """Return the stretches of a text that are in one language: lines and sentences, smoothed.

        The path of labels over the segments with the most probability, where every change costs `switch` nats
        (Viterbi 1967); segments without letters go with the one before.
        """
        units = cut_segments(text)
        logs, readable = self.logs([text[start:end] for start, end in units])
        return join_units(units, smooth(logs, switch, readable), logs, (*self.labels, UNKNOWN))

    def words(self, text: str, *, among: Sequence[str] = (), switch: float = 2.0) -> list[Span]:
        """Return the language of each word of a code-mixed text, by the best path at `switch` nats a change.

        `among` are the labels that may occur; without them, the five that are likeliest for the whole text.
        """
        units = [match.span() for match in _WORD.finditer(text)]
        if not units:
            return []
        names = list(among) or [name for name, _ in self.identify([text]).top(5)[0]]
        if unknown := [name for name in names if name not in self.labels]:
            raise LectError(f"the identifier does not know {unknown[0]!r}. It knows {', '.join(self.labels)}.")
        columns = [self.labels.index(name) for name in names]
        sums, counts, readable = self.sums([text[start:end] for start, end in units])
        logs = log_softmax(self.calibrated(sums, counts)[:, columns], axis=1)
        path = smooth(logs, switch, readable)
        return [span for unit, place, row in zip(units, path, logs, strict=True)
                for span in join_units([unit], [place], row[None], (*names, UNKNOWN))]  # fmt: skip


def _per_text(marks: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Return how many positions of each text are marked."""
    return np.diff(np.concatenate(([0], np.cumsum(marks)))[starts])
