"""The lines that C4 keeps of a page, as far as its rules for pages ask for them."""

import numpy as np

from lect.corpus.rules.characters import KIND, TERMINAL, WORD
from lect.corpus.rules.layouts import Layout

_CLOSING = tuple(map(ord, "\"'”’»」』"))
_PLACEHOLDER = b"lorem ipsum"
_UNWANTED = (
    b"javascript", b"terms of use", b"privacy policy", b"cookie policy", b"uses cookies", b"use of cookies",
    b"use cookies",
)  # fmt: skip
_WORDS = 3  # of a line, at least


def kept_sentences(layout: Layout, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return sentences on the lines that C4 keeps, and placeholders ("lorem ipsum"), float64 [documents] both.

    C4 (Raffel et al., 2020, section 2.2, and its code) keeps lines that end with a mark that ends sentences or with a
    quotation mark, have three words (`weights` of tokens add up to words), and say nothing of Javascript, cookies or
    terms of use. A sentence ends at such a mark that no letter or digit follows. Marks of all scripts count; the
    phrases are English, as they were.
    """
    lines = layout.lines
    ends = layout.ends[lines.until - 1]
    terminal = layout.has(layout.bits & TERMINAL != 0)
    dots = (layout.codes[ends - 1] == ord(".")) & (layout.codes[np.maximum(ends - 2, 0)] == ord("."))
    closed = (terminal[lines.until - 1] & ~dots) | np.isin(layout.codes[ends - 1], _CLOSING)
    words = np.concatenate([[0.0], np.cumsum(weights * layout.words)])
    kept = closed & (words[lines.until] - words[lines.tokens] >= _WORDS)
    ascii_ = np.where(layout.codes < 128, layout.codes, 0).astype(np.uint8).tobytes().lower()
    kept[np.searchsorted(layout.starts[lines.tokens], _places(ascii_, _UNWANTED), side="right") - 1] = False
    after = layout.bits[layout.ends] & KIND
    sentences = np.concatenate([[0.0], np.cumsum(terminal & ~layout.words & (after != WORD))])
    found = layout.total_of(lines, kept * (sentences[lines.until] - sentences[lines.tokens]))
    placeholders = np.searchsorted(layout.offsets, _places(ascii_, (_PLACEHOLDER,)), side="right") - 1
    return found, np.bincount(placeholders, minlength=len(layout)).astype(np.float64)


def _places(text: bytes, phrases: tuple[bytes, ...]) -> np.ndarray:
    """Return where any of the phrases stands in a text, int64."""
    found: list[int] = []
    for phrase in phrases:
        place = text.find(phrase)
        while place >= 0:
            found.append(place)
            place = text.find(phrase, place + 1)
    return np.array(found, np.int64)
