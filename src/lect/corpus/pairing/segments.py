"""Texts cut into sentences, and into the pieces whose language is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import regex  # type: ignore[import-untyped]

from lect.corpus.overlap.folding import word_spans

_SENTENCE = regex.compile(
    r"[^\n]*?(?:\p{Sentence_Terminal}+[\p{Pe}\p{Pf}\p{Pi}\"'”’»]*(?=\s|$)|[。！？｡]+[\p{Pe}\p{Pf}]*|(?=\n|$))"
)
_CLAUSE = regex.compile(r"[^,;:(){}\[\]\t\n\"“”„«»‹›「」『』،؛、：；—–|]+")
LONGEST = 12  # words of a piece: enough to tell a language, few enough to see where it changes


@dataclass(frozen=True)
class Piece:
    """A stretch of a text from `start` to `end` (characters) with its words."""

    start: int
    end: int
    words: int


def cut_sentences(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of the sentences of a text that have a word.

    A sentence ends at a line end, or after a sentence-final mark of any script (Unicode's Sentence_Terminal) that a
    space follows; in Chinese and Japanese no space need follow. Abbreviations are not known: they cut.

    >>> [text[a:b] for text in ["Ja. Nei! 「だめ。」いや"] for a, b in cut_sentences(text)]
    ['Ja.', 'Nei!', '「だめ。」', 'いや']
    """
    spans = []
    for found in _SENTENCE.finditer(text):
        start = found.start() + len(found[0]) - len(found[0].lstrip())
        end = found.end() - (len(found[0]) - len(found[0].rstrip()))
        if end > start and word_spans(text[start:end]):
            spans.append((start, end))
    return spans


def cut_pieces(text: str, longest: int = LONGEST) -> list[Piece]:
    """Return the parts of sentences between commas, colons, brackets and quotation marks, of at most `longest` words.

    Pieces begin and end with a word, but at the edges of a sentence, whose marks belong to them.
    """
    pieces = []
    for first, last in cut_sentences(text):
        inside = [
            piece
            for clause in _CLAUSE.finditer(text, first, last)
            for piece in _cut_words(word_spans(clause[0]), clause.start(), longest)
        ]
        inside[0] = replace(inside[0], start=first)
        inside[-1] = replace(inside[-1], end=last)
        pieces += inside
    return pieces


def _cut_words(spans: Sequence[tuple[int, int]], offset: int, longest: int) -> list[Piece]:
    """Cut the words of a clause into equal parts."""
    parts = max(1, -(-len(spans) // longest))
    cuts = [len(spans) * number // parts for number in range(parts + 1)]
    return [Piece(offset + spans[a][0], offset + spans[b - 1][1], b - a) for a, b in pairwise(cuts) if b > a]


def cut_instances(texts: Sequence[str], words: int = 1500) -> list[str]:
    """Cut texts into stretches of at most `words` words, as a model reads them; 1,500 are about 2,048 tokens of English.

    >>> cut_instances(["ein tveir tríggir."], words=2)
    ['ein tveir ', 'tríggir.']
    """
    found = []
    for text in texts:
        starts = [start for start, _ in word_spans(text)][::words]
        cuts = [0, *starts[1:], len(text)]
        found += [text[a:b] for a, b in pairwise(cuts) if b > a]
    return found
