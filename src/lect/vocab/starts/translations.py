"""Rows from parallel text: a new token starts as the old tokens with which its words are aligned."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import sparse

from lect.artifacts.errors import LectError
from lect.artifacts.models import Model
from lect.vocab.starts.aligning import align
from lect.vocab.starts.rows import COPIED, DRAWN, Builder, VocabMap, rows_from
from lect.vocab.surfaces import forms, matches, segmenter, tokens_by_id, vocabulary_size

Cut = Callable[[bytes], list[int]]
_SWAPPED = 1.25  # from here on a new tokenizer serves the other language so much better that the sides are swapped
_TRIED = 500  # words of each side on which that is tried
_INITIAL = 2.0  # weight of an old token that starts a word, where a token takes over from its relatives


@dataclass(frozen=True)
class TranslationTable:
    """How often the words of a new language were aligned with words that a model knows."""

    words: tuple[str, ...]
    """Of the new language: " word" where it starts a word of the text, "word" right after another sign."""
    translations: tuple[str, ...]
    counts: sparse.csr_array
    """float64 [words, translations]: expected number of links"""
    skipped: int = 0
    """Pairs that `align` left out because a side is too long."""

    def shuffled(self, seed: int) -> "TranslationTable":
        """Return the control: the same translations, dealt at random among the words."""
        return replace(self, counts=self.counts[np.random.default_rng(seed).permutation(len(self.words))])


def translation_table(pairs: Any, *, least: float = 0.9, iterations: int = 5) -> TranslationTable:
    """Count in parallel text which words that a model knows stand for which words of a new language.

    `pairs` are (text of the new language, the same in a language that the model knows), in this order. Two words that
    are linked fewer than `least` times (expected, see `align`) are no translations. Remy et al. (2024) drop those below
    10, of millions of sentences; ours is a single link that is nearly sure, for thousands. `iterations` as in `align`.

    >>> pairs = [("hús", "house"), ("hús og bátur", "house and boat"), ("bátur", "boat")]
    >>> table = translation_table(pairs, least=0.5)
    >>> table.words, table.translations
    ((' bátur', ' hús', ' og'), (' and', ' boat', ' house'))
    """
    links = align(pairs, iterations=iterations)
    counts = links.counts.copy()
    counts.data[counts.data < least] = 0
    counts.eliminate_zeros()
    if not counts.nnz:
        raise LectError(
            f"no two words are linked {least:g} times or more. Give more pairs or a smaller least, and check that the "
            "two sides are translations of each other."
        )
    rows, columns = (np.flatnonzero(counts.sum(axis=axis)) for axis in (1, 0))
    words, translations = tuple(links.left[row] for row in rows), tuple(links.right[column] for column in columns)
    return TranslationTable(words, translations, counts[rows][:, columns], links.skipped)


def aligned_rows(table: TranslationTable) -> Builder:
    """Return a builder that starts a new token t as the sum over old tokens s of p(s | t) * row of s.

    After trans-tokenization (Remy et al., 2024). Each count of two words goes to their tokens, half to all pairs of
    tokens, half in order, both lists repeated to their least common multiple; every token of the new word gets the
    whole count. A token that stands for the same string as an old one adds 1 to that one; signs and digits that the old
    vocabulary lacks add 1 over their old pieces; special tokens are copied by role.

    A token without any count takes over the p(s | ·) of the longest mapped tokens inside it that do not overlap, and of
    all mapped tokens that start with it, s that start a word twice. Without those it is the mean of its old pieces,
    without these a draw. Where every new token is an old one there is nothing to translate, and all are copied. Not
    implemented: rounding small counts up to 1.

    >>> control = replace(model, tokenizer, rows=aligned_rows(table.shuffled(seed=0)))  # doctest: +SKIP
    """

    def rows(model: Model, tokenizer: Any, *, seed: int = 0) -> VocabMap:
        twins, new_forms = matches(tokenizer, model.tokenizer).tolist(), forms(tokenizer)
        width, cut = vocabulary_size(model.tokenizer), segmenter(model.tokenizer)
        own = [_own(form, twin, cut) for form, twin in zip(new_forms, twins, strict=True)]
        plain = rows_from(own, [_reason(part, twin) for part, twin in zip(own, twins, strict=True)], width, seed)
        if all(twin >= 0 or token is None for twin, token in zip(twins, tokens_by_id(tokenizer), strict=True)):
            return plain
        aligned = _aligned(table, tokenizer, model.tokenizer)
        mapped = _normalized(aligned + plain.weights)
        lent = _normalized(_relatives(new_forms, _filled(mapped)) @ mapped @ _initial_weights(model.tokenizer))
        lone = ~_filled(mapped) & ~_filled(lent)
        pieces = [cut(form) if alone and form else [] for alone, form in zip(lone, new_forms, strict=True)]
        rest = rows_from(pieces, [_reason(part, -1) for part in pieces], width)
        reasons = list(rest.reasons)
        for row in np.flatnonzero(~lone).tolist():
            if lent.indptr[row] < lent.indptr[row + 1]:
                reasons[row] = "from mapped parts"
            else:
                found = aligned.indices[aligned.indptr[row] : aligned.indptr[row + 1]].tolist()
                reasons[row] = plain.reasons[row] if found in ([], own[row]) else _said(len(found))
        return VocabMap(
            sparse.csr_array(mapped + lent + rest.weights), np.where(lone & rest.drawn, 0, -1), reasons, seed=seed
        )

    return rows


def _own(form: bytes | None, twin: int, cut: Cut) -> list[int]:
    """Return the old token that is the same; for signs and digits without one, their old pieces."""
    if twin >= 0 or form is None:
        return [twin] if twin >= 0 else []
    text = form.decode("utf-8", "replace")
    return [] if "\ufffd" in text or any(character.isalpha() for character in text) else cut(form)


def _reason(part: Sequence[int], twin: int) -> str:
    return COPIED if twin >= 0 else f"mean of {len(part)} piece{'s' * (len(part) > 1)}" if part else DRAWN


def _said(number: int) -> str:
    return f"from {number} translation{'s' * (number > 1)}"


def _aligned(table: TranslationTable, tokenizer: Any, old: Any) -> sparse.csr_array:
    """Return how often each new token stands for each old one; float64 [new vocabulary, old vocabulary]."""
    cut, cut_old = segmenter(tokenizer), segmenter(old)
    _expect_order(table, cut, cut_old)
    ours = _cut(table.words, cut, vocabulary_size(tokenizer))
    theirs = _cut(table.translations, cut_old, vocabulary_size(old))
    all_to_all = ours.T @ (table.counts / 2) @ _normalized(theirs)
    found = sparse.csr_array(all_to_all + _in_order(table.counts, ours, theirs))
    # A token without a form is special, or was added: no word of a text is cut into it.
    found = sparse.csr_array(sparse.diags_array([float(form is not None) for form in forms(tokenizer)]) @ found)
    found.eliminate_zeros()
    found.sum_duplicates()
    if not found.nnz:
        raise LectError(
            f"none of the {len(table.words):,} words of the table is made of tokens of the new vocabulary while its "
            f"translation is made of old ones, for example {table.words[0].strip()!r}. Make the table from text of "
            "this language and of one that the model knows."
        )
    return found


def _cut(words: Sequence[str], cut: Cut, width: int) -> sparse.csr_array:
    """Return the tokens of each word in their order, as rows of ones (a token may stand twice)."""
    tokens = [cut(word.encode()) for word in words]
    starts = np.cumsum([0, *(len(part) for part in tokens)])
    ids = np.array([index for part in tokens for index in part], dtype=np.int64)
    return sparse.csr_array((np.ones(len(ids)), ids, starts), shape=(len(words), width))


def _in_order(counts: sparse.csr_array, ours: sparse.csr_array, theirs: sparse.csr_array) -> sparse.csr_array:
    """Return half of each count on the pairs of tokens that meet when both lists are repeated to one length."""
    pairs = counts.tocoo()
    lengths = np.stack([np.diff(side.indptr)[at] for side, at in ((ours, pairs.row), (theirs, pairs.col))], axis=1)
    rows, columns, values = [], [], []
    for first, second in np.unique(lengths[(lengths > 0).all(axis=1)], axis=0).tolist():
        chosen = np.flatnonzero((lengths == (first, second)).all(axis=1))
        meeting = np.arange(np.lcm(first, second))
        starts, others = ours.indptr[pairs.row[chosen], None], theirs.indptr[pairs.col[chosen], None]
        rows.append(ours.indices[starts + meeting * first // len(meeting)].ravel())
        columns.append(theirs.indices[others + meeting * second // len(meeting)].ravel())
        values.append(np.repeat(pairs.data[chosen] / 2 * first / len(meeting), len(meeting)))
    shape = ours.shape[1], theirs.shape[1]
    if not rows:
        return sparse.csr_array(shape)
    return sparse.csr_array((np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=shape)


def _expect_order(table: TranslationTable, cut: Cut, cut_old: Cut) -> None:
    """Refuse a table whose two languages stand in the wrong order.

    The tokens that the new tokenizer needs, over those of the old one, must not be more for the words than for their
    translations.
    """
    totals = []
    for words, axis in ((table.words, 1), (table.translations, 0)):
        frequent = np.argsort(-table.counts.sum(axis=axis), kind="stable")[:_TRIED]
        encoded = [words[index].encode() for index in frequent]
        totals.append([sum(len(side(word)) or len(word) for word in encoded) for side in (cut, cut_old)])
    (ours, ours_old), (theirs, theirs_old) = totals
    if ours * theirs_old > _SWAPPED * ours_old * theirs:
        raise LectError(
            f"the sides of the pairs are swapped: the new tokenizer cuts {table.words[0].strip()!r} and other words of "
            f"the first side into {ours / ours_old:.2f} times as many tokens as the old one, those of the second "
            f"into {theirs / theirs_old:.2f}. Expected (text of the new language, text that the model knows); see "
            "Pairs.flip()."
        )


def _relatives(new_forms: list[bytes | None], mapped: np.ndarray) -> sparse.csr_array:
    """Return 1 where an unmapped token takes over from a mapped one; float64 [new vocabulary, new vocabulary]."""
    ids: tuple[dict[bytes, list[int]], dict[bytes, list[int]]] = defaultdict(list), defaultdict(list)
    for index, form in enumerate(new_forms):
        if form:
            ids[int(mapped[index])][form].append(index)
    unmapped, sources = ids
    met = [(form, part) for form in unmapped for part in set(_longest(form, sources))]
    met += [(form[:end], form) for form in sources for end in range(1, len(form)) if form[:end] in unmapped]
    entries = [(row, column) for form, part in met for row in unmapped[form] for column in sources[part]]
    places = np.array(entries, dtype=np.int64).reshape(-1, 2)
    return sparse.csr_array((np.ones(len(places)), (places[:, 0], places[:, 1])), shape=(len(new_forms),) * 2)


def _longest(form: bytes, known: dict[bytes, list[int]]) -> Iterator[bytes]:
    """Yield known parts of a form, whole characters that do not overlap: the longest first, then the leftmost."""
    bounds = [place for place, byte in enumerate(form) if place == 0 or byte & 0xC0 != 0x80] + [len(form)]
    taken = bytearray(len(bounds) - 1)
    for size in range(len(bounds) - 1, 0, -1):
        for start in range(len(bounds) - size):
            part = form[bounds[start] : bounds[start + size]]
            if part in known and not any(taken[start : start + size]):
                taken[start : start + size] = b"\1" * size
                yield part


def _initial_weights(tokenizer: Any) -> sparse.dia_array:
    starts = [form is not None and form.startswith(b" ") for form in forms(tokenizer)]
    return sparse.diags_array(np.where(starts, _INITIAL, 1.0))


def _normalized(counts: Any) -> sparse.csr_array:
    """Return rows that sum to 1, and empty ones."""
    rows = sparse.csr_array(counts, dtype=np.float64, copy=True)
    rows.data /= np.repeat(rows.sum(axis=1), np.diff(rows.indptr))
    return rows


def _filled(rows: sparse.csr_array) -> np.ndarray:
    return np.diff(rows.indptr) > 0
