"""How much of a document repeats itself: n-grams of words, lines, paragraphs."""

import numpy as np

from lect.corpus.rules.layouts import LETTERS_A_WORD, Layout, Spans

TOP, DUPLICATE = range(2, 5), range(5, 11)
"""Lengths of the n-grams of Gopher, Table A1 (Rae et al., 2021)."""


def repeated_spans(layout: Layout, spans: Spans) -> tuple[np.ndarray, np.ndarray]:
    """Return spans that repeat an earlier one, and their characters, over each document; float64 [documents] both."""
    starts, ends = layout.starts[spans.tokens], layout.ends[spans.until - 1]
    keys = salted(layout.hashes(starts, ends), spans.documents)
    order = np.argsort(keys)
    later = np.zeros(len(keys), bool)
    later[order[1:]] = np.diff(keys[order]) == 0
    return layout.total_of(spans, later), layout.total_of(spans, later * (ends - starts))


def repeated_ngrams(layout: Layout) -> dict[str, np.ndarray]:
    """Return the characters of repeated n-grams of words, `top_2_gram` … `duplicate_10_grams`; float64 [documents] each.

    top: length (words joined by spaces) times count of the most frequent n-gram, the first of several. duplicate: read
    from the left, an n-gram that was read before counts with its words and is skipped, else one moves on by a word.
    In a document without spaces between words an n-gram is 2n letters, since two letters stand for a word.
    An n-gram can only be repeated where the two (n-1)-grams it is made of are, so each length looks at what the one
    before has left; equality of words is that of 64-bit hashes, equality of n-grams is exact.
    """
    sorts = [(1, ~layout.unspaced_documents), (LETTERS_A_WORD, layout.unspaced_documents)]
    widths = [(width, chosen) for width, chosen in sorts if chosen.any()]
    names = [f"top_{n}_gram" for n in TOP] + [f"duplicate_{n}_grams" for n in DUPLICATE]
    found = {name: np.zeros(len(layout)) for name in names}
    places = np.arange(len(layout.starts))
    groups = np.full(len(places) + 1, -1)
    groups[:-1] = groups_of(salted(layout.words_hashed, layout.documents))
    places = np.flatnonzero(groups >= 0)
    for size in range(2, DUPLICATE[-1] * max((width for width, _ in widths), default=0) + 1):
        places = places[groups[places + 1] >= 0]
        members = groups_of((groups[places] << 32) | groups[places + 1])
        again = members >= 0
        places = places[again]
        groups.fill(-1)
        groups[places] = members[again]
        for width, chosen in widths:
            n, rest = divmod(size, width)
            if rest == 0 and n in (*TOP, *DUPLICATE):
                kept = places[chosen[layout.documents[places]]]
                if n in TOP:
                    spaces = size - 1 if width == 1 else 0
                    found[f"top_{n}_gram"] += _top(layout, size, kept, groups[kept], chosen, spaces)
                else:
                    found[f"duplicate_{n}_grams"] += _duplicates(layout, size, kept, groups[kept])
    return found


def salted(hashes: np.ndarray, documents: np.ndarray) -> np.ndarray:
    """Make equal hashes of two documents differ."""
    return hashes + documents.astype(np.uint64) * np.uint64(0xD6E8FEB86659FD93)


def groups_of(keys: np.ndarray) -> np.ndarray:
    """Number equal keys alike from 0, those that occur once -1; int64 [keys]."""
    if not len(keys):
        return np.zeros(0, np.int64)
    order = np.argsort(keys)
    ranked = keys[order]
    same = np.concatenate([[False], ranked[1:] == ranked[:-1], [False]])
    numbers = np.cumsum(~same[:-1])
    numbers[~(same[:-1] | same[1:])] = -1
    found = np.empty(len(keys), np.int64)
    found[order] = numbers
    return found


def _top(layout: Layout, n: int, places: np.ndarray, groups: np.ndarray, chosen: np.ndarray, spaces: int) -> np.ndarray:
    first = layout.first[:-1]
    has = np.flatnonzero((np.diff(layout.first) >= n) & chosen)
    found = np.zeros(len(layout))
    found[has] = _length(layout, n, first[has]) + spaces  # where nothing is repeated the first n-gram is the top one
    _, index, counts = np.unique(groups, return_index=True, return_counts=True)
    heads = places[index]
    order = np.lexsort((heads, -counts, layout.documents[heads]))
    documents, best = np.unique(layout.documents[heads[order]], return_index=True)
    top = order[best]
    found[documents] = (_length(layout, n, heads[top]) + spaces) * counts[top]
    return found


def _duplicates(layout: Layout, n: int, places: np.ndarray, groups: np.ndarray) -> np.ndarray:
    seen: set[int] = set()
    again: list[int] = []
    free = 0
    for place, group in zip(places.tolist(), groups.tolist(), strict=True):
        if place < free:
            continue
        if group in seen:
            again.append(place)
            free = place + n
        else:
            seen.add(group)
    found = np.array(again, np.int64)
    return np.bincount(layout.documents[found], _length(layout, n, found), minlength=len(layout)).astype(np.float64)


def _length(layout: Layout, n: int, places: np.ndarray) -> np.ndarray:
    """Return the characters of n tokens from each place on, without what stands between them."""
    return layout.token_lengths[places + n] - layout.token_lengths[places]
