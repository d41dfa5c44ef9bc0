"""Translations inside bilingual texts: the sentences of both languages, paired by an encoder."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lect.artifacts.errors import LectError
from lect.corpus.overlap.folding import words
from lect.corpus.pairing.bilingual import Bilinguals, Stretch
from lect.corpus.pairing.matching import Encoders, Floats, encode_sides, match_best
from lect.corpus.pairing.mining import is_translated
from lect.corpus.pairing.segments import cut_sentences

Place = tuple[int, int]


@dataclass(frozen=True)
class Translation:
    """Two sentences of text number `document` that translate each other: main language, then the other one."""

    document: int
    languages: tuple[str, str]
    sentences: tuple[str, str]
    places: tuple[Place, Place]
    """(start, end) of each, in characters"""
    score: float


def pair_bilingual(
    texts: Sequence[str],
    found: Bilinguals,
    encode: Encoders,
    *,
    least: float = 0.6,
    length_ratio: float = 3.0,
    copied: float = 0.6,
) -> list[Translation]:
    """Pair the sentences of each bilingual text with their translations in it, one to one, by cosine.

    Args:
        texts: what `found` was found in.
        found: main languages and stretches, of `find_bilingual`.
        encode: texts → vectors [n, d] in one space, all languages in one call; or one function for the main language and
            one for the others.
        least: least cosine; 0.6 in the paper, for LaBSE. It belongs to the encoder.
        length_ratio: most times that a sentence is longer than its partner, in characters, after the median length of
            the sentences of each language is divided out.
        copied: share of common words (0-1) from which two sentences are copies.
    """
    if len(found.stretches) != len(texts):
        raise LectError(f"{len(found.stretches)} texts were searched, but {len(texts)} were given; pass the same texts")
    sides = [
        (number, *_sides(text, stretches))
        for number, (text, stretches) in enumerate(zip(texts, found.stretches, strict=True))
        if stretches
    ]
    if not sides:
        return []
    own = [(texts[number][a:b], found.languages[number]) for number, main, _ in sides for a, b in main]
    foreign = [(texts[number][a:b], label) for number, _, others in sides for a, b, label in others]
    if not own or not foreign:
        return []
    X, Y = encode_sides(encode, [text for text, _ in own], [text for text, _ in foreign])
    sizes = _relative_sizes(own), _relative_sizes(foreign)
    pairs, row, column = [], 0, 0
    for number, main, others in sides:
        here = slice(row, row + len(main)), slice(column, column + len(others))
        row, column = here[0].stop, here[1].stop
        cosines = X[here[0]] @ Y[here[1]].T
        cosines = cosines if isinstance(cosines, np.ndarray) else cosines.toarray()
        relative = sizes[0][here[0]][:, None] / sizes[1][here[1]]
        fits = (np.maximum(relative, 1 / relative) <= length_ratio) & _uncopied(own[here[0]], foreign[here[1]], copied)
        rows, columns = np.nonzero(fits)
        best = match_best(rows, columns, cosines[rows, columns].astype(np.float64), least=least)
        for a, b, score in zip(best.source.tolist(), best.target.tolist(), best.scores.tolist(), strict=True):
            start, end, language = others[b]
            said = own[here[0]][a][0], foreign[here[1]][b][0]
            pairs.append(Translation(number, (found.languages[number], language), said, (main[a], (start, end)), score))
    return pairs


def _sides(text: str, stretches: Sequence[Stretch]) -> tuple[list[Place], list[tuple[int, int, str]]]:
    """Return the sentences outside and inside the stretches; a sentence that a stretch begins or ends in is cut there."""
    main, others, at = [], [], 0
    for one in sorted(stretches, key=lambda stretch: stretch.start):
        main += [(at + a, at + b) for a, b in cut_sentences(text[at : one.start])]
        others += [(one.start + a, one.start + b, one.language) for a, b in cut_sentences(text[one.start : one.end])]
        at = one.end
    return main + [(at + a, at + b) for a, b in cut_sentences(text[at:])], others


def _relative_sizes(sentences: Sequence[tuple[str, str]]) -> Floats:
    """Return the characters of sentences over the median of their language; float64 [sentence]."""
    lengths: dict[str, list[int]] = defaultdict(list)
    for text, label in sentences:
        lengths[label].append(len(text))
    usual = {label: float(np.median(some)) for label, some in lengths.items()}
    return np.array([len(text) / usual[label] for text, label in sentences])


def _uncopied(own: Sequence[tuple[str, str]], foreign: Sequence[tuple[str, str]], copied: float) -> NDArray[np.bool_]:
    """Return which pairs are no copies; bool [own, foreign]."""
    one, other = ([set(words(text)) for text, _ in side] for side in (own, foreign))
    return np.array([[is_translated(a, b, copied) for b in other] for a in one], bool).reshape(len(one), len(other))
