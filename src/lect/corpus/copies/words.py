"""Words as 64-bit numbers, and the fingerprint of a whole text, computed for many documents at a time in numpy.

No string is made per word: a block of text is an array of code points, a word is a difference of running sums.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import regex  # type: ignore[import-untyped]
from numpy.typing import NDArray

from lect.languages.scripts import PARTS, UNSPACED

Hashes = NDArray[np.uint64]
BLOCK = 1 << 15  # characters in hand at a time: their running sums fit the cache of a core
LONGEST = 1 << 20  # characters of a piece; longer documents are read in several, cut at white space
_BASE_NUMBER = 0x9E3779B97F4A7C15  # odd, so that it has an inverse modulo 2^64
_BASE, _ALL = np.uint64(_BASE_NUMBER), (1 << 64) - 1
_SPACE, _OTHER, _FIRST = 0, 1, 2  # classes of the table; from _FIRST on, a letter, mark or digit
_APART = np.uint32(1 << 31)  # set for a character of a script without spaces,
_IDEOGRAPH = np.uint32(1 << 30)  # and this too where a character is about a syllable or a word
_UNSURE = np.uint32(1 << 29)  # set for a letter or mark that Unicode NFC may change
_WINDOW, _LONG_WINDOW = 3, 8  # characters of the stretch that stands for a word there: ideographs and kana, alphabets
_SPACED = frozenset(["Tibt", "Leke"])  # Tibetan has a mark between syllables; Leke is not in Unicode yet
_IDEOGRAPHIC = frozenset(["Hani", "Hira", "Kana", "Tang", "Yiii"])
_END = 0x33480  # beyond lie no letters of Unicode 17
_GAP = regex.compile(r"\s")


class Words(NamedTuple):
    """The words of some texts, one after the other."""

    words: Hashes
    """hash of each word, letter case aside"""
    counts: NDArray[np.int64]
    """words of each text"""
    texts: Hashes
    """fingerprint of each text with its white space collapsed, letter case and punctuation included"""
    lengths: NDArray[np.int64]
    """characters of each text with its white space collapsed"""


def hash_words(strings: Sequence[str]) -> Words:
    """Return the hashes of all words of some texts, and a fingerprint of each text.

    A word is a run of letters, marks and digits in lower case; in scripts without spaces (UAX #14) a word begins with
    every character and is 3 long (ideographs, kana) or 8, so that three words are a window of 5 or of 10. Hashes are
    polynomials in the code points modulo 2^64 (Karp and Rabin 1987), then mixed. Text is read in Unicode NFC; lone surrogates are no letters.

    >>> a, b = hash_words(["Gott kvøld!", "gott  kvøld!"]).words.reshape(2, 2)
    >>> bool((a == b).all()), hash_words(["東京 Oslo"]).counts
    (True, array([3]))
    """
    found: list[Hashes] = []
    counts = np.zeros(len(strings), dtype=np.int64)
    lengths, texts = [0] * len(strings), [0] * len(strings)
    for pieces, owners in _blocks(strings):
        points, values = _read(pieces)
        if (values & _UNSURE).any():
            pieces = [unicodedata.normalize("NFC", piece) for piece in pieces]
            points, values = _read(pieces)
        ends = np.cumsum([len(piece) + 1 for piece in pieces])
        starts, stops = _word_runs(values)
        found.append(mix(_polynomials(values, starts, stops)))
        np.add.at(counts, owners, np.diff(np.searchsorted(starts, ends), prepend=0))
        sums, sizes = _collapsed(points, values, ends)
        for owner, part, size in zip(owners, sums.tolist(), sizes.tolist(), strict=True):
            texts[owner] += part * pow(_BASE_NUMBER, lengths[owner], 1 << 64)
            lengths[owner] += size
    prints = np.array([(text + length) & _ALL for text, length in zip(texts, lengths, strict=True)], dtype=np.uint64)
    return Words(
        np.concatenate([*found, np.zeros(0, np.uint64)]), counts, mix(prints), np.array(lengths, dtype=np.int64)
    )


def _read(pieces: list[str]) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Return the code points of the pieces, a line end after each, and what the table says of them."""
    points = np.frombuffer("\n".join([*pieces, ""]).encode("utf-32-le", "surrogatepass"), dtype="<u4")
    return points, np.take(_table(), points)


def _collapsed(
    points: NDArray[np.uint32], values: NDArray[np.uint32], ends: NDArray[np.int64]
) -> tuple[Hashes, NDArray[np.int64]]:
    """Return the polynomial of each piece, each run of its white space read as one space, and its characters."""
    blank = values == _SPACE
    points = np.where(blank, np.uint32(32), points)
    kept = np.append([True], ~(blank[:-1] & blank[1:]))
    kept[ends - 1] = kept[ends[:-1]] = True  # the line ends between pieces, and a space after one
    if not kept.all():
        points = points[kept]
        ends = np.cumsum(np.add.reduceat(kept, np.concatenate([[0], ends[:-1]]), dtype=np.int64))
    starts = np.concatenate([[0], ends[:-1]])
    stops = np.maximum(ends - 1, starts)
    return _polynomials(points, starts, stops), stops - starts


def mix(hashes: Hashes) -> Hashes:
    """Spread every bit of 64-bit numbers over all others (the finalizer of MurmurHash3, Appleby)."""
    mixed = hashes ^ (hashes >> np.uint64(33))
    mixed *= np.uint64(0xFF51AFD7ED558CCD)
    mixed ^= mixed >> np.uint64(33)
    mixed *= np.uint64(0xC4CEB9FE1A85EC53)
    mixed ^= mixed >> np.uint64(33)
    return mixed


def _blocks(strings: Sequence[str]) -> Iterator[tuple[list[str], list[int]]]:
    """Yield blocks of whole texts, or of one piece of a long text, and the number of the text of each piece."""
    block: list[str] = []
    owners: list[int] = []
    held = 0
    for number, string in enumerate(strings):
        for piece in _pieces(string.strip()):
            if block and held + len(piece) > BLOCK:
                yield block, owners
                block, owners, held = [], [], 0
            block.append(piece)
            owners.append(number)
            held += len(piece)
    if block:
        yield block, owners


def _pieces(string: str) -> Iterator[str]:
    start = 0
    while len(string) - start > LONGEST:
        gap = _GAP.search(string, start + LONGEST, start + 2 * LONGEST)
        end = gap.start() if gap else min(start + 2 * LONGEST, len(string))
        yield string[start:end].rstrip()
        start = end
    yield string[start:] if start else string


def _runs(inside: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return starts and ends of the runs of `inside`; the last place is outside."""
    edges = np.flatnonzero(np.diff(inside, prepend=False))
    return edges[::2], edges[1::2]


def _word_runs(values: NDArray[np.uint32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return starts and ends of the words: runs of letters, and windows over the characters that stand apart."""
    apart = values >= _APART
    if not apart.any():
        return _runs(values >= _FIRST)
    starts, ends = _runs((values >= _FIRST) & ~apart)
    windows, others = np.flatnonzero(apart), np.flatnonzero(~apart)
    length = np.where(values[windows] & _IDEOGRAPH, _WINDOW, _LONG_WINDOW)
    stops = np.minimum(windows + length, others[np.searchsorted(others, windows)])
    starts, ends = np.concatenate([starts, windows]), np.concatenate([ends, stops])
    order = np.argsort(starts)
    return starts[order], ends[order]


def _polynomials(values: NDArray[np.uint32], starts: NDArray[np.int64], ends: NDArray[np.int64]) -> Hashes:
    """Return Σ values[start + k] · BASE^k of each run, from one running sum over all of them."""
    powers, inverses = _powers(max(2 * BLOCK, 1 << len(values).bit_length()))
    sums = np.zeros(len(values) + 1, dtype=np.uint64)
    np.cumsum(values * powers[: len(values)], out=sums[1:])
    return (sums[ends] - sums[starts]) * inverses[starts]


@cache
def _powers(size: int) -> tuple[Hashes, Hashes]:
    inverse = np.uint64(pow(int(_BASE), -1, 1 << 64))
    return (
        np.cumprod(np.concatenate([[np.uint64(1)], np.full(size - 1, _BASE)])),
        np.cumprod(np.concatenate([[np.uint64(1)], np.full(size - 1, inverse)])),
    )


@cache
def _table() -> NDArray[np.uint32]:
    """Return code point → 0 for white space, 1 for what is in no word, else its lower case, marked if it is a word."""
    everything = "".join(map(chr, range(_END)))
    table = np.full(0x110000, _OTHER, dtype=np.uint32)
    for run in regex.finditer(r"[\p{L}\p{M}\p{N}]+", everything):
        table[run.start() : run.end()] = np.arange(run.start(), run.end()) + _FIRST
    for place in (match.start() for match in regex.finditer(r"[\p{Lu}\p{Lt}]", everything)):
        table[place] = ord(everything[place].lower()[0]) + _FIRST
    for match in regex.finditer(r"[^\p{NFC_QC=Y}]|[^\p{ccc=0}]", everything):
        table[match.start()] |= _UNSURE * (table[match.start()] >= _FIRST)
    scripts = set().union(*(PARTS.get(script, {script}) for script in UNSPACED)) - _SPACED
    for names, mark in ((scripts, _APART), (scripts & _IDEOGRAPHIC, _IDEOGRAPH)):
        for run in regex.finditer("[" + "".join(rf"\p{{Script={name}}}" for name in sorted(names)) + "]+", everything):
            span = table[run.start() : run.end()]
            span[span >= _FIRST] |= mark
    table[[place for place, character in enumerate(everything) if character.isspace()]] = _SPACE
    return table
