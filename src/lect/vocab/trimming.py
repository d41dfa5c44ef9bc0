"""A vocabulary cut down to what a text needs."""

import heapq
from typing import Any

import numpy as np

from lect.artifacts.errors import LectError
from lect.artifacts.models import Model
from lect.vocab.counting import count
from lect.vocab.remapping import remap
from lect.vocab.rows import kept_rows
from lect.vocab.surfaces import BYTE_OF, scheme
from lect.vocab.tokenizer_files import Structure, closure, structure, subset

_PRINTABLE = {chr(code) for code in range(33, 127)}


def trim(model: Model, text: Any, *, size: int | None = None, keep: float = 0.99) -> Model:
    """Keep the tokens that a text uses most and drop the others, rows and all; logits of kept tokens do not change.

    `size` is the exact number of tokens to keep; without it, the most frequent tokens that make up the share `keep` (0
    to 1) of all occurrences, and what they are merged from. Special tokens, the byte alphabet and every character of
    the text (and ASCII), where the vocabulary has it, stay in any case. Too many BPE tokens go one by one: the rarest
    that no kept token is merged from, its count passing to the two that it falls apart into, so that the text grows by
    the fewest tokens at each step. (Ushio et al., 2023, count and cut; the closure and the cover are ours. Unigram
    scores are not estimated anew.)

    >>> small = trim(model, text, size=20_000)  # doctest: +SKIP
    """
    if size is None and not 0 < keep <= 1:
        raise LectError(f"keep must be a share above 0 and up to 1, not {keep}")
    parts, counts = structure(model.tokenizer), count(model.tokenizer, text)
    if not counts.any():
        raise LectError("the text has no tokens to count; pass a text that is not empty")
    required = closure(parts, parts.protected | _characters(model.tokenizer, parts, counts))
    kept = _share(parts, counts, required, keep) if size is None else _exactly(parts, counts, required, size)
    tokenizer = subset(model.tokenizer, kept, parts)
    trimmed = remap(model, tokenizer, kept_rows(sorted(kept), len(counts)))
    notes = {
        "kept": len(kept),
        "dropped": len(parts.ids) - len(kept),
        "required": len(required),
        "coverage": float(counts[sorted(kept)].sum() / counts.sum()),
        "parameters": (model.parameters, trimmed.parameters),
    }
    trimmed.notes.update(notes)
    return trimmed


def _characters(tokenizer: Any, parts: Structure, counts: np.ndarray) -> set[int]:
    """Return the tokens of single characters of the text and of ASCII, at the start and inside of words."""
    if scheme(tokenizer) == "bytes":
        return {parts.ids[character] for character in BYTE_OF if character in parts.ids}
    prefix = getattr(tokenizer.backend_tokenizer.model, "continuing_subword_prefix", None) or ""
    ordinary = ((token, index) for token, index in parts.ids.items() if index not in parts.protected and counts[index])
    seen = {character for token, _ in ordinary for character in token.removeprefix(prefix)} | _PRINTABLE
    names = (name for character in seen for name in (character, prefix + character))
    return {parts.ids[name] for name in names if name in parts.ids}


def _by_count(counts: np.ndarray) -> list[int]:
    """Return the ids that occur, most frequent first, then lowest id."""
    order = np.lexsort((np.arange(len(counts)), -counts))
    return [int(index) for index in order[: int((counts > 0).sum())]]


def _share(parts: Structure, counts: np.ndarray, required: set[int], keep: float) -> set[int]:
    order = _by_count(counts)
    enough = int(np.searchsorted(np.cumsum(counts[order]), keep * counts.sum())) + 1
    return required | closure(parts, order[:enough])


def _exactly(parts: Structure, counts: np.ndarray, required: set[int], size: int) -> set[int]:
    if not len(required) <= size <= len(parts.ids):
        raise LectError(
            f"size={size} cannot be met: special tokens, bytes and the characters of the text need {len(required)}, "
            f"and the vocabulary has {len(parts.ids)}. Pass a size between the two."
        )
    kept = required | closure(parts, _by_count(counts))
    return _evict(parts, counts, required, kept, size) if len(kept) > size else _fill(parts, kept, size)


def _evict(parts: Structure, counts: np.ndarray, required: set[int], kept: set[int], size: int) -> set[int]:
    """Drop the rarest token from which no kept one is merged, until `size` are left; its count goes to its parts."""
    left, kept = counts.astype(np.int64).copy(), set(kept)
    children = np.zeros(len(counts), dtype=np.int64)
    for index in kept:
        for parent in set(parts.parents.get(index, ())):
            children[parent] += 1
    heap = [(int(left[index]), -index) for index in kept - required if not children[index]]
    heapq.heapify(heap)
    while len(kept) > size:
        times, negative = heapq.heappop(heap)
        index = -negative
        if index not in kept or times != left[index] or children[index]:
            continue
        kept.discard(index)
        pair = parts.parents.get(index, ())
        for parent in pair:
            left[parent] += times
        for parent in set(pair):
            children[parent] -= 1
            if parent not in required:
                heapq.heappush(heap, (int(left[parent]), -parent))
    return kept


def _fill(parts: Structure, kept: set[int], size: int) -> set[int]:
    """Add unseen tokens, lowest id first (the order of learning in most tokenizers), with what they are made of."""
    kept = set(kept)
    while len(kept) < size:
        for index in sorted(parts.ids.values()):
            needed = closure(parts, [index]) - kept
            if len(needed) <= size - len(kept):
                kept |= needed
    return kept
