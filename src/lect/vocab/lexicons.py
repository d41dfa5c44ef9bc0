"""Rows from a bilingual lexicon: a new word starts where the old model keeps its translation."""

from collections import defaultdict
from typing import Any

import numpy as np
from scipy import sparse

from lect.artifacts.bitexts import read_pairs
from lect.artifacts.errors import LectError
from lect.artifacts.models import Model
from lect.vocab.rows import COPIED, Builder, Rows, constituent_rows
from lect.vocab.surfaces import forms, segmenter


def lexicon_rows(lexicon: Any) -> Builder:
    """Return a builder that fills whole-word tokens found in a lexicon from their translations, and the rest by `constituent_rows`.

    `lexicon` are Pairs of (word of this language, word that the old model knows). The row is the mean over translations of the mean over their
    old pieces, after the one-to-many dictionary mapping of Tik-to-Tok (Remy et al., 2023); their similarity weights are not implemented. Tokens
    that both vocabularies have stay copies.

    >>> model = replace(model, tokenizer, rows=lexicon_rows([("hús", "house")]))  # doctest: +SKIP
    """
    meanings: dict[str, list[str]] = defaultdict(list)
    for word, translation in read_pairs(lexicon):
        meanings[word.lower()].append(translation)
    if not meanings:
        raise LectError("the lexicon is empty; expected pairs of (word, translation)")

    def rows(model: Model, tokenizer: Any, *, seed: int = 0) -> Rows:
        built, cut = constituent_rows(model, tokenizer, seed=seed), segmenter(model.tokenizer)
        weights, drawn, reasons = built.weights.tolil(), built.drawn.copy(), list(built.reasons)
        for index, form in enumerate(forms(tokenizer)):
            translations = _translations(form, meanings)
            if reasons[index] == COPIED or not translations:
                continue
            parts = [part for part in (cut(b" " + t.encode()) for t in translations) if part]
            if parts:
                weights[index] = _mean(parts, weights.shape[1])
                drawn[index] = False
                reasons[index] = f"mean of {len(parts)} translation{'s' * (len(parts) > 1)}"
        return Rows(sparse.csr_array(weights), drawn, reasons, seed)

    return rows


def _translations(form: bytes | None, meanings: dict[str, list[str]]) -> list[str]:
    if form is None or not form.startswith(b" "):
        return []
    return meanings.get(form[1:].decode("utf-8", "ignore").lower(), [])


def _mean(parts: list[list[int]], width: int) -> sparse.lil_array:
    row = np.zeros((1, width))
    for part in parts:
        np.add.at(row[0], part, 1 / (len(parts) * len(part)))
    return sparse.lil_array(row)
