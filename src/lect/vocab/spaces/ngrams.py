"""What the letters of words say of their vectors: for words that are rare, and for words that no text has."""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

SHORTEST, LONGEST = 3, 6  # characters of an n-gram, the marks of a word's two ends included
_OWN = 0.1  # variance of what letters do not say of a word, where what they say has 1
_NOISE = 10.0  # variance of what counts say of a word that occurs once; it falls with the occurrences
_ROUNDS, _TOLERANCE = 60, 1e-3


@dataclass(frozen=True, eq=False)
class NGrams:
    """Vectors of character n-grams: those of a word, added up and divided by the root of their number, are its own."""

    grams: list[str]
    matrix: np.ndarray
    """float32 [n-gram, dimension]"""

    def vectors(self, words: Sequence[str]) -> np.ndarray:
        """Return the vectors of words by their n-grams alone, zeros where none is known; float32 [word, dimension]."""
        return np.asarray(_incidence(words, self._places) @ self.matrix)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {gram: place for place, gram in enumerate(self.grams)}


def cut(word: str) -> list[str]:
    """Return the distinct n-grams of `<word>`, without the whole (Bojanowski et al., 2017).

    >>> cut("hús")
    ['<hú', 'hús', 'ús>', '<hús', 'hús>']
    """
    marked = f"<{word}>"
    spans = (
        marked[start : start + length]
        for length in range(SHORTEST, min(LONGEST, len(marked) - 1) + 1)
        for start in range(len(marked) - length + 1)
    )
    return list(dict.fromkeys(spans))


def fit_ngrams(words: Sequence[str], counts: np.ndarray, matrix: np.ndarray) -> tuple[np.ndarray, NGrams]:
    """Explain the vectors of words by their n-grams; return better vectors of the words, and those of the n-grams.

    A ridge regression (a Gaussian process whose kernel is the n-grams that two words share): with B the n-grams of words,
    those in few words weighing more, observed = BG + own + noise, where the noise of a word falls with its `counts`. Its
    posterior mean leaves frequent words where they are and draws rare ones to what their letters say. After Zhao, Mudgal
    & Liang (2018), who fit G alone, without own vectors, noise and weights.
    """
    places = {gram: place for place, gram in enumerate(dict.fromkeys(gram for word in words for gram in cut(word)))}
    B = _incidence(words, places)
    rarity = np.log1p(len(words) / np.bincount(B.indices, minlength=len(places))).astype(np.float32)
    rarity /= np.sqrt(np.mean(rarity**2)) if len(places) else 1
    B = sparse.csr_array(B @ sparse.diags_array(rarity))
    back, stray = B.T.tocsr(), (_OWN + _NOISE / counts).astype(np.float32)[:, None]
    causes = _solve(lambda guess: B @ (back @ guess) + stray * guess, matrix)
    grams = back @ causes
    return B @ grams + np.float32(_OWN) * causes, NGrams(list(places), rarity[:, None] * grams)


def _incidence(words: Sequence[str], places: dict[str, int]) -> sparse.csr_array:
    """Return the known n-grams of each word, over the root of their number; float32 [word, n-gram]."""
    columns, ends = array("i"), array("q", [0])
    for word in words:
        columns.extend([places[gram] for gram in cut(word) if gram in places])
        ends.append(len(columns))
    indptr = np.frombuffer(ends, dtype=np.int64)
    sizes = np.diff(indptr)
    values = np.repeat(1 / np.sqrt(np.maximum(sizes, 1)), sizes).astype(np.float32)
    indices = np.frombuffer(columns, dtype=np.int32).astype(np.int64)
    return sparse.csr_array((values, indices, indptr), shape=(len(words), len(places)))


def _solve(apply: Callable[[np.ndarray], np.ndarray], sides: np.ndarray) -> np.ndarray:
    """Solve a positive definite system for every column of `sides` at once, by conjugate gradients."""
    solution, rest = np.zeros_like(sides), sides.copy()
    direction, length = rest.copy(), (rest**2).sum(axis=0)
    enough = _TOLERANCE**2 * length
    for _ in range(_ROUNDS):
        if (length <= enough).all():
            break
        image = apply(direction)
        step = length / np.maximum((direction * image).sum(axis=0), np.finfo(np.float32).tiny)
        solution += step * direction
        rest -= step * image
        shorter = (rest**2).sum(axis=0)
        direction = rest + shorter / np.maximum(length, np.finfo(np.float32).tiny) * direction
        length = shorter
    return solution
