"""The scores of a Unigram vocabulary, estimated anew with its pieces fixed."""

from collections import Counter
from collections.abc import Iterable

import numpy as np

from lect.vocab.learners.unigrams import _LONGEST, _WORD, _Lattice
from lect.vocab.selection.cutting import Words
from lect.vocab.tokenizer_files import Structure

_STEPS = 4
_TRACE = 1e-3  # occurrences that a piece keeps which the text does not use: it stays the last resort


def rescore(parts: Structure, words: Words, pieces: Iterable[int]) -> dict[int, float]:
    """Return piece → log probability after four steps of EM over all segmentations of the words, from the old scores.

    p(piece) ∝ Σ over words of times × E[occurrences of the piece] (Kudo, 2018, section 3.2, without the pruning). Pieces
    longer than 16 characters keep their scores.
    """
    names = parts.names
    known = [index for index in pieces if len(names[index]) <= _LONGEST]
    strings = _strings(words, names)
    lattice = _Lattice(list(strings), {names[index]: place for place, index in enumerate(known)}, whole=True)
    times = np.array(list(strings.values()), dtype=np.float64)
    probability = np.exp([parts.model["vocab"][index][1] for index in known])
    for _ in range(_STEPS):
        probability = np.maximum(lattice.expect(probability / probability.sum(), times), _TRACE)
    logs = np.log(probability / probability.sum())
    return dict(zip(known, logs.tolist(), strict=True))


def _strings(words: Words, names: list[str]) -> Counter[str]:
    """Return the words as strings with their counts, long ones in stretches so that no probability underflows."""
    strings: Counter[str] = Counter()
    tokens = iter(words.tokens.values.tolist())
    for size, times in zip(words.tokens.size.tolist(), words.times.tolist(), strict=True):
        word = "".join(names[next(tokens)] for _ in range(size))
        for start in range(0, len(word), _WORD):
            strings[word[start : start + _WORD]] += times
    return strings
