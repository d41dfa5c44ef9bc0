"""Word and token vectors: the value, its plain text format, and how to make them from text without a compiler."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from lect.artifacts.errors import LectError
from lect.artifacts.opening import find_files
from lect.vocab.spaces.cooccurrences import Stream, check_size, read_stream, spectral_matrix
from lect.vocab.spaces.ngrams import NGrams, fit_ngrams
from lect.vocab.spaces.vector_files import read_rows, write_rows

_WORDS, _NGRAMS = "words.vec", "ngrams.vec"


@dataclass(frozen=True, eq=False)
class Vectors:
    """Words, a vector for each, and, where the method learned them, n-grams for the words that are not there."""

    words: list[str]
    matrix: np.ndarray
    """float32 [word, dimension]; float64 stays what it is"""
    ngrams: NGrams | None = None

    def __post_init__(self) -> None:
        if self.matrix.ndim != 2 or len(self.matrix) != len(self.words) or self.matrix.dtype.kind != "f":
            raise LectError(
                f"vectors need a matrix of floats with one row for each of the {len(self.words)} words; found "
                f"{self.matrix.dtype} {list(self.matrix.shape)}"
            )
        if not self.matrix.size:
            raise LectError("vectors need at least one word and one dimension; found none")
        if len(self._index) != len(self.words):
            twice = next(word for row, word in enumerate(self.words) if self._index[word] != row)
            raise LectError(f"the word {twice!r} is there twice; vectors need each word once")
        if not np.isfinite(self.matrix).all():
            wrong = int(np.flatnonzero(~np.isfinite(self.matrix).all(axis=1))[0])
            raise LectError(f"the vector of {self.words[wrong]!r} (row {wrong}) holds NaN or infinity; leave it out")

    def __repr__(self) -> str:
        return f"Vectors({len(self.words):,} words, {self.dimension} dimensions)"

    @cached_property
    def _index(self) -> dict[str, int]:
        return {word: row for row, word in enumerate(self.words)}

    @cached_property
    def _lengths(self) -> np.ndarray:
        return np.maximum(np.linalg.norm(self.matrix, axis=1), np.finfo(np.float32).tiny)

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        return int(self.matrix.shape[1])

    def rows(self, words: Sequence[str]) -> np.ndarray:
        """Return the row of each word as it is written, -1 where there is none; int64 [word]."""
        return np.fromiter((self._index.get(word, -1) for word in words), dtype=np.int64, count=len(words))

    def vectors(self, words: Sequence[str]) -> np.ndarray:
        """Return a vector for each word: its row, else by its n-grams, else zeros; float [word, dimension]."""
        rows = self.rows(words)
        found = np.where((rows >= 0)[:, None], self.matrix[rows], np.zeros((), self.matrix.dtype))
        unseen = np.flatnonzero(rows < 0).tolist()
        if self.ngrams is not None and unseen:
            found[unseen] = self.ngrams.vectors([words[index] for index in unseen])
        return found

    def nearest(self, word: str, k: int = 10) -> list[tuple[str, float]]:
        """Return the `k` words of the highest cosine with `word`, itself left out, the nearest first."""
        (vector,) = self.vectors([word])
        if not vector.any():
            raise LectError(f"there is no vector for {word!r}, nor do its letters give one")
        cosines = self.matrix @ (vector / np.linalg.norm(vector)) / self._lengths
        order = np.argsort(-cosines, kind="stable")[: k + 1].tolist()
        return [(self.words[row], float(cosines[row])) for row in order if self.words[row] != word][:k]

    def save(self, path: str | Path) -> None:
        """Write a `.vec` file in the text format of word2vec and fastText, or a folder that holds the n-grams too."""
        path = Path(path)
        if path.suffix == ".vec":
            write_rows(path, self.words, self.matrix)
            return
        path.mkdir(parents=True, exist_ok=True)
        write_rows(path / _WORDS, self.words, self.matrix)
        (path / _NGRAMS).unlink(missing_ok=True)
        if self.ngrams is not None:
            write_rows(path / _NGRAMS, self.ngrams.grams, self.ngrams.matrix)


Method = Callable[[Stream, int, int, int], tuple[np.ndarray, NGrams | None]]
"""`(stream, dimension, window, seed) -> (float32 [word, dimension], n-grams or None)`"""


def spectral(stream: Stream, dimension: int, window: int, seed: int) -> tuple[np.ndarray, None]:
    """Return U s^0.5 of the positive pointwise mutual information of words and contexts (Levy et al., 2015)."""
    return spectral_matrix(stream, dimension, window, seed), None


def spectral_with_ngrams(stream: Stream, dimension: int, window: int, seed: int) -> tuple[np.ndarray, NGrams]:
    """Return `spectral` vectors, the rare ones drawn to what their letters say, and vectors of the n-grams."""
    return fit_ngrams(stream.words, stream.counts, spectral_matrix(stream, dimension, window, seed))


def static_vectors(
    text: Any,
    *,
    tokenizer: Any = None,
    dimension: int = 100,
    window: int = 5,
    minimum: int = 5,
    method: Method = spectral_with_ngrams,
    seed: int = 0,
) -> Vectors:
    """Make vectors of the words of a text (in lower case), or of the tokens into which a tokenizer cuts it.

    The words that stand near each other are counted; positive pointwise mutual information, log P(w, c) / (P(w) P(c)),
    with smoothed contexts, is factored into `dimension` columns U s^0.5 (Levy, Goldberg & Dagan, 2015), and rare and
    unseen words are read off their character n-grams (`ngrams.fit_ngrams`), as fastText does (Bojanowski et al., 2017).
    Not implemented: training by gradients (skip-gram, CBOW), subsampling of frequent words and negative sampling.

    `window` is how many words to each side are near; `minimum`, how often a word must occur to get a row; `method`,
    `spectral_with_ngrams`, `spectral` (counts alone), or a function of your own of the same form. A text whose words
    are not written apart needs a `tokenizer`. The same text and seed give the same vectors.

    >>> static_vectors("faroese.txt").nearest("bátur", 2)  # doctest: +SKIP
    [('báturin', 0.81), ('skip', 0.74)]
    """
    for name, value in (("dimension", dimension), ("window", window), ("minimum", minimum)):
        if value < 1:
            raise LectError(f"{name} must be at least 1, not {value}")
    stream = read_stream(text, tokenizer, minimum=minimum)
    check_size(stream, dimension)
    matrix, ngrams = method(stream, dimension, window, seed)
    return Vectors(stream.words, matrix, ngrams)


def read_vectors(path: str | Path, *, limit: int | None = None) -> Vectors:
    """Read vectors in the text format of word2vec, fastText or GloVe (also `.gz`), or a folder that `save` wrote.

    A line is a word and its numbers; a first line of two whole numbers says how many words and dimensions follow. Words
    may hold spaces; of a word that comes twice the first counts. `limit` reads the first words only, which are the most
    frequent in the usual files.

    >>> vectors = read_vectors("cc.fo.300.vec.gz", limit=200_000)  # doctest: +SKIP
    """
    path = Path(path)
    if not path.is_dir():
        return Vectors(*read_rows(find_files(path)[0], limit))
    if not (path / _WORDS).is_file():
        raise LectError(f"the folder {path} holds no {_WORDS}; expected a folder that `save` wrote, or a .vec file")
    ngrams = NGrams(*read_rows(path / _NGRAMS, None)) if (path / _NGRAMS).is_file() else None
    return Vectors(*read_rows(path / _WORDS, limit), ngrams)
