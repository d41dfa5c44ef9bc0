"""Vectors without an encoder: the words of a text, translated by a lexicon, weighed by TF-IDF."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lect.artifacts.bitexts import read_pairs
from lect.artifacts.errors import LectError
from lect.corpus.overlap.folding import fold, words

_STEM = 5  # characters; cutting words is the cheapest stemmer of any language


@dataclass(frozen=True)
class WordEncoder:
    """Texts → TF-IDF of their (translated) words, sparse float32 [n, words], rows of length 1."""

    columns: Mapping[str, int] = field(repr=False)
    """Word of the target language, or one that both share → column"""
    weights: NDArray[np.float32] = field(repr=False)
    """[column]: inverse document frequency"""
    translations: Mapping[str, tuple[str, ...]] = field(repr=False)
    """Word → words of the target language; empty on the target's own side. A word without translation stands for itself."""

    def __call__(self, texts: Sequence[str]) -> sparse.csr_array:
        """Return the vectors of texts."""
        rows, columns, values = [], [], []
        for row, text in enumerate(texts):
            for word, amount in spread(text, self.translations).items():
                if (column := self.columns.get(word)) is not None:
                    rows.append(row)
                    columns.append(column)
                    values.append(amount)
        data = np.log1p(np.array(values, dtype=np.float32)) * self.weights[np.array(columns, dtype=np.int64)]
        return sparse.csr_array((data, (rows, columns)), shape=(len(texts), len(self.columns)), dtype=np.float32)


def fit_words(source: Sequence[str], target: Sequence[str], lexicon: Any = None) -> tuple[WordEncoder, WordEncoder]:
    """Return an encoder for each side, with the document frequencies of both.

    A word of the source stands for its translations in `lexicon` (Pairs of words, source to target), in equal shares; a
    word without translation for itself: names and numbers. Without a lexicon that is all. Words are folded and cut
    after 5 characters. Value: ln(1 + times) · ln((N + 1) / (texts with the word + ½)), N being the texts of both sides.

    >>> encoders = fit_words(["hús 3"], ["house 3"], [("hús", "house")])
    >>> (encoders[0](["hús"]) @ encoders[1](["a house", "a boat"]).T).toarray().argmax().item()
    0
    """
    translations = _read_lexicon(lexicon) if lexicon is not None else {}
    held: Counter[str] = Counter()
    for texts, table in ((source, translations), (target, {})):
        for text in texts:
            held.update(spread(text, table).keys())
    if not held:
        raise LectError("the texts have no words: expected at least one text with a letter or digit in it")
    total = len(source) + len(target)
    columns = {word: number for number, word in enumerate(sorted(held))}
    frequencies = np.array([held[word] for word in columns], dtype=np.float32)
    weights = np.log((total + 1) / (frequencies + 0.5)).astype(np.float32)
    return WordEncoder(columns, weights, translations), WordEncoder(columns, weights, {})


def spread(text: str, translations: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """Return how much of each word of the target language is in a text: its own words, or their translations."""
    found: dict[str, float] = defaultdict(float)
    for word, times in Counter(one[:_STEM] for one in words(text)).items():
        said = translations.get(word) or (word,)
        for one in said:
            found[one] += times / len(said)
    return found


def _read_lexicon(lexicon: Any) -> dict[str, tuple[str, ...]]:
    """Read Pairs of words; a phrase stands for each of its words."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for source, target in read_pairs(lexicon):
        for word in words(fold(source)):
            found[word[:_STEM]].update(dict.fromkeys(one[:_STEM] for one in words(target)))
    return {word: tuple(said) for word, said in found.items() if said}
