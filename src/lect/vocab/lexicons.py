"""Rows from a bilingual lexicon: a new word starts where the old model keeps its translation."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import sparse

from lect.artifacts.bitexts import read_pairs
from lect.artifacts.errors import LectError
from lect.artifacts.models import Model
from lect.vocab.rows import COPIED, Builder, VocabMap, constituent_rows
from lect.vocab.surfaces import forms, segmenter

Meanings = dict[str, dict[str, None]]
"""Word in lower case → its translations, each once, in order."""


def lexicon_rows(lexicon: Any) -> Builder:
    """Return a builder that fills whole-word tokens of a lexicon from their translations, others as `constituent_rows`.

    `lexicon` are Pairs of (word of this language, word that the old model knows). The row is the mean over translations
    of the mean over their old pieces, after the one-to-many dictionary mapping of Tik-to-Tok (Remy et al., 2023); their
    similarity weights are not implemented. Tokens that both vocabularies have stay copies.

    >>> model = replace(model, tokenizer, rows=lexicon_rows([("hús", "house")]))  # doctest: +SKIP
    """
    meanings: Meanings = defaultdict(dict)
    for word, translation in read_pairs(lexicon):
        meanings[word.lower()][translation] = None
    if not meanings:
        raise LectError("the lexicon is empty; expected pairs of (word, translation)")

    def rows(model: Model, tokenizer: Any, *, seed: int = 0) -> VocabMap:
        built, cut = constituent_rows(model, tokenizer, seed=seed), segmenter(model.tokenizer)
        noise, reasons = built.noise.copy(), list(built.reasons)
        entries: list[tuple[float, int, int]] = []
        for row, form in enumerate(forms(tokenizer)):
            parts = [] if reasons[row] == COPIED else _translated(form, meanings, cut)
            if parts:
                entries += [(1 / (len(parts) * len(part)), row, piece) for part in parts for piece in part]
                noise[row] = -1
                reasons[row] = f"mean of {len(parts)} translation{'s' * (len(parts) > 1)}"
        return VocabMap(_overwrite(built.weights, entries), noise, reasons, built.noises, seed)

    return rows


def _translated(form: bytes | None, meanings: Meanings, cut: Callable[[bytes], list[int]]) -> list[list[int]]:
    """Return the old pieces of each translation of a token that is a whole word; those without any are left out."""
    if form is None or not form.startswith(b" "):
        return []
    translations = meanings.get(form[1:].decode("utf-8", "replace").lower(), {})
    parts = ([piece for word in words.split() for piece in cut(b" " + word.encode())] for words in translations)
    return [part for part in parts if part]


def _overwrite(weights: sparse.csr_array, entries: list[tuple[float, int, int]]) -> sparse.csr_array:
    """Return `weights` with the rows that occur in `entries` (value, row, column) made of these alone, summed."""
    if not entries:
        return weights
    values, rows, columns = (np.array(side) for side in zip(*entries, strict=True))
    kept = np.ones(weights.shape[0])
    kept[rows] = 0
    new = sparse.diags_array(kept, format="csr") @ weights + sparse.csr_array((values, (rows, columns)), weights.shape)
    new.eliminate_zeros()
    return sparse.csr_array(new)
