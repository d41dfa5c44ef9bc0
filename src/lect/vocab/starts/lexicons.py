"""Rows from a bilingual lexicon: a new word starts where the old model keeps its translations."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from scipy import sparse

from lect.artifacts.bitexts import read_pairs
from lect.artifacts.errors import LectError
from lect.artifacts.models import Model
from lect.vocab.starts.rows import COPIED, Builder, VocabMap, constituent_rows, rows_from
from lect.vocab.surfaces import forms, segmenter, vocabulary_size

Meanings = dict[str, list[int]]
"""Word in lower case → its translations by number, each once, in the order of the lexicon."""
_BEST, _SECOND, _SHARED = 0.4, 0.2, 0.4
_LENGTHS = (3, 4, 5, 6)  # of n-grams, as in fastText; shorter tokens are not compared
_COMPARED = 1000  # tokens at once


def lexicon_rows(lexicon: Any, *, similarity: float = 0.5, nearest: int = 5) -> Builder:
    """Return a builder that starts tokens as the old tokens of their translations, and others as `constituent_rows`.

    `lexicon` are Pairs of (word of this language, word that the old model knows), in this order. After the dictionary
    mapping of Tik-to-Tok (Remy et al., 2023): the candidates of a token are the translations of its word in the order
    of the lexicon; the first gets 0.4, the second 0.2, and all, these two included, share 0.4 (scaled to 1 where there
    is one). A candidate of several old tokens is their mean. A token that is no listed word, such as a piece of one,
    has the candidates of the `nearest` listed words, most similar first, of which the cosine of character n-grams (3 to
    6, weighted by rarity, words marked by < and >) is at least `similarity`; above 1, only listed words are filled.

    Ours: tokens that both vocabularies have stay copies. Not implemented: similarity of trained fastText vectors.

    >>> model = replace(model, tokenizer, rows=lexicon_rows([("hús", "house")]))  # doctest: +SKIP
    """
    entries = [(word.lower(), translation) for word, translation in read_pairs(lexicon)]
    if nearest < 1:
        raise LectError(f"nearest is {nearest}; expected 1 listed word or more")

    def rows(model: Model, tokenizer: Any, *, seed: int = 0) -> VocabMap:
        texts, (meanings, translations) = _texts(tokenizer), _meanings(entries, segmenter(model.tokenizer))
        built = constituent_rows(model, tokenizer, seed=seed)
        listed = {row: [text[1:]] for row, text in enumerate(texts) if text[:1] == " " and text[1:] in meanings}
        free = [row for row, reason in enumerate(built.reasons) if reason != COPIED]
        rest = [row for row in free if row not in listed and len(texts[row].strip()) >= min(_LENGTHS)]
        alike = _similar([texts[row] for row in rest], sorted(meanings), similarity, nearest)
        near = {row: words for row, words in zip(rest, alike, strict=True) if words}
        if not listed and not near:
            raise LectError(_said(entries, texts))
        filled = {row: listed.get(row) or near[row] for row in free if row in listed or row in near}
        ranks = [_ranked(meanings[word] for word in filled.get(row, [])) for row in range(len(texts))]
        reasons = list(built.reasons)
        for row, words in filled.items():
            number, kind = (len(ranks[row]), "translation") if row in listed else (len(words), "neighbor")
            reasons[row] = f"from {number} {kind}{'s' * (number > 1)}"
        means = rows_from(translations, [""] * len(translations), vocabulary_size(model.tokenizer)).weights
        kept = sparse.diags_array([float(row not in filled) for row in range(len(texts))])
        weights = sparse.csr_array(kept @ built.weights + _weights(ranks, len(translations)) @ means)
        weights.eliminate_zeros()
        noise = built.noise.copy()
        noise[list(filled)] = -1
        return replace(built, weights=weights, noise=noise, reasons=reasons)

    return rows


def _texts(tokenizer: Any) -> list[str]:
    """Return each token as text in lower case, " word" at the start of a word; "" if it is special or has no letter."""
    texts = [(form or b"").decode("utf-8", "replace").lower() for form in forms(tokenizer)]
    return [text if "\ufffd" not in text and any(character.isalpha() for character in text) else "" for text in texts]


def _meanings(entries: list[tuple[str, str]], cut: Callable[[bytes], list[int]]) -> tuple[Meanings, list[list[int]]]:
    """Return the translations of each word by number, and the old tokens of each translation; those without are out."""
    meanings: Meanings = defaultdict(list)
    numbers: dict[str, int] = {}
    parts: list[list[int]] = []
    for translation in dict.fromkeys(translation for _, translation in entries):
        if part := [piece for word in translation.split() for piece in cut(b" " + word.encode())]:
            numbers[translation] = len(parts)
            parts.append(part)
    for word, translation in dict.fromkeys(entries):
        if translation in numbers:
            meanings[word].append(numbers[translation])
    return meanings, parts


def _said(entries: list[tuple[str, str]], texts: list[str]) -> str:
    words = set(texts)
    swapped = sum(f" {translation.lower()}" in words for _, translation in entries)
    return (
        f"none of the {len(entries):,} entries of the lexicon has a word like a token of the new vocabulary and a "
        f"translation that the old tokenizer knows, for example {entries[0]!r}. Expected (word of this language, word "
        "that the model knows)" + (f"; the sides may be swapped: {swapped} translations are tokens" * (swapped > 0))
    )


def _ranked(candidates: Iterable[list[int]]) -> list[int]:
    """Return all candidates in order, each once."""
    return list(dict.fromkeys(number for some in candidates for number in some))


def _weights(ranks: Sequence[Sequence[int]], width: int) -> sparse.csr_array:
    """Return the weight of each candidate by its rank; float64 [row, candidate], rows sum to 1 or are empty."""
    sizes = np.array([len(row) for row in ranks])
    starts = np.cumsum(sizes) - sizes
    values = np.repeat(_SHARED / np.maximum(sizes, 1), sizes)
    values[starts[sizes > 0]] += _BEST
    values[starts[sizes > 1] + 1] += _SECOND
    values[starts[sizes == 1]] = 1
    columns = np.array([number for row in ranks for number in row], dtype=np.int64)
    return sparse.csr_array((values, columns, np.append(starts, sizes.sum())), shape=(len(ranks), width))


def _similar(texts: list[str], words: list[str], similarity: float, nearest: int) -> list[list[str]]:
    """Return for every token the words that are at least so similar, the most similar first."""
    if similarity > 1 or not texts or not words:
        return [[] for _ in texts]
    ours = [_grams(text.replace(" ", "<")) for text in texts]
    theirs = [_grams(f"<{word}>") for word in words]
    seen = Counter(gram for grams in theirs for gram in set(grams))
    numbers = {gram: number for number, gram in enumerate(sorted(seen.keys() | {g for grams in ours for g in grams}))}
    rarity = np.log1p(len(words) / np.array([max(seen[gram], 1) for gram in numbers]))
    tokens, lexicon = (_unit_rows(side, numbers, rarity) for side in (ours, theirs))
    found: list[list[str]] = []
    for start in range(0, len(texts), _COMPARED):
        cosines = sparse.csr_array(tokens[start : start + _COMPARED] @ lexicon.T)
        for first, last in zip(cosines.indptr[:-1], cosines.indptr[1:], strict=True):
            values, columns = cosines.data[first:last].round(9), cosines.indices[first:last]
            enough = np.flatnonzero(values >= similarity)
            order = enough[np.lexsort((columns[enough], -values[enough]))]
            found.append([words[column] for column in columns[order[:nearest]]])
    return found


def _grams(text: str) -> Counter[str]:
    return Counter(text[start : start + size] for size in _LENGTHS for start in range(len(text) - size + 1))


def _unit_rows(side: list[Counter[str]], numbers: dict[str, int], rarity: np.ndarray) -> sparse.csr_array:
    columns = np.array([numbers[gram] for grams in side for gram in sorted(grams)], dtype=np.int64)
    counts = np.array([grams[gram] for grams in side for gram in sorted(grams)], dtype=np.float64)
    bounds = np.cumsum([0, *(len(grams) for grams in side)])
    rows = sparse.csr_array((counts * rarity[columns], columns, bounds), shape=(len(side), len(numbers)))
    lengths = np.sqrt((rows * rows).sum(axis=1))
    rows.data /= np.repeat(lengths, np.diff(bounds))
    return rows
