"""Passages: lines and paragraphs that stand in many documents, and the documents without them."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import regex  # type: ignore[import-untyped]
from numpy.typing import NDArray

from lect.artifacts.errors import LectError
from lect.artifacts.hooks import progress
from lect.artifacts.texts import Text
from lect.corpus.copies.words import Hashes, hash_words

Unit = Literal["line", "paragraph"]
_CUTS = {"line": regex.compile(r"(\n)"), "paragraph": regex.compile(r"(\n\s*\n)")}
_DRAWERS = 16  # files by the first bits of the fingerprint, each counted alone: a sixteenth of the memory
_AT_ONCE = 1000  # documents


@dataclass(frozen=True)
class Passages:
    """The passages of a corpus that stand in at least so many of its documents."""

    unit: Unit
    hashes: Hashes
    """their fingerprints, white space collapsed, sorted [passage]"""
    documents: NDArray[np.int64]
    """in how many documents each stands [passage]"""


def find_passages(text: Text, *, unit: Unit = "line", documents: int = 6) -> Passages:
    r"""Find the lines, or the paragraphs between blank lines, that stand in at least `documents` documents.

    Passages are compared by a fingerprint of 64 bits, white space collapsed; one that a document repeats counts once.
    After the paragraph deduplication of CCNet (Wenzek and others 2020, section 3.1), which keeps the first occurrence:
    here none is kept, so that the order of documents does not matter. Memory: about 2 bytes a passage.

    >>> from lect.artifacts import read
    >>> find_passages(read(["Menu\nGott kvøld", "Góðan dag\nMenu "]), documents=2).documents
    array([2])
    """
    if unit not in _CUTS:
        raise LectError(f"unit must be 'line' or 'paragraph', not {unit!r}")
    if documents < 2:
        raise LectError(f"a passage is repeated from 2 documents on; documents={documents}")
    with tempfile.TemporaryDirectory(prefix="lect-passages-") as folder:
        drawers = [Path(folder) / f"{number:02}" for number in range(_DRAWERS)]
        with progress("reading passages", unit="documents") as advance:
            for strings in _groups(text):
                _file(strings, unit, drawers)
                advance(len(strings))
        counted = [_count(drawer, documents) for drawer in drawers if drawer.exists()]
    return Passages(
        unit,
        np.concatenate([np.zeros(0, np.uint64), *(hashes for hashes, _ in counted)]),
        np.concatenate([np.zeros(0, np.int64), *(times for _, times in counted)]),
    )


def cut_passages(strings: Sequence[str], passages: Passages) -> tuple[list[str], NDArray[np.int64]]:
    r"""Return each text without the passages, and the bytes of UTF-8 that were cut from it [document].

    A line goes with its line end. What remains is untouched; a text may be empty then, which a rule can drop.

    >>> from lect.artifacts import read
    >>> cut_passages(["Menu\nGott kvøld"], find_passages(read(["Menu\na", "Menu\nb"]), documents=2))
    (['Gott kvøld'], array([5]))
    """
    cut = [_CUTS[passages.unit].split(string) for string in strings]  # passage, gap, passage, …, passage
    hashes = hash_words([passage for parts in cut for passage in parts[::2]]).texts
    place = np.minimum(np.searchsorted(passages.hashes, hashes), max(len(passages.hashes) - 1, 0))
    repeated = iter((passages.hashes[place] == hashes).tolist() if len(passages.hashes) else [False] * len(hashes))
    texts, sizes = [], np.zeros(len(strings), dtype=np.int64)
    for number, (string, parts) in enumerate(zip(strings, cut, strict=True)):
        kept = [next(repeated) and bool(passage.strip()) for passage in parts[::2]]
        text = string if not any(kept) else _join(parts, [not gone for gone in kept])
        sizes[number] = _bytes(string) - _bytes(text)
        texts.append(text)
    return texts, sizes


def _join(parts: list[str], kept: list[bool]) -> str:
    """Return the kept passages, each with the gap after it; the last one that stays ends the text."""
    gaps = [*parts[1::2], ""]
    pairs = [passage + gap for passage, gap, stays in zip(parts[::2], gaps, kept, strict=True) if stays]
    joined = "".join(pairs)
    return joined if kept[-1] else joined.rstrip()


def _bytes(string: str) -> int:
    return len(string.encode("utf-8", "surrogatepass"))


def _groups(text: Text) -> Iterator[list[str]]:
    group: list[str] = []
    for string in text.strings():
        group.append(string)
        if len(group) == _AT_ONCE:
            yield group
            group = []
    if group:
        yield group


def _file(strings: list[str], unit: Unit, drawers: list[Path]) -> None:
    """Append the fingerprints of the passages to the file of their first bits, each once for a document."""
    found = [[part for part in _CUTS[unit].split(string)[::2] if part.strip()] for string in strings]
    hashes = hash_words([passage for passages in found for passage in passages]).texts
    owners = np.repeat(np.arange(len(found), dtype=np.uint64), [len(passages) for passages in found])
    once = np.unique(np.stack([hashes, owners], axis=1), axis=0)[:, 0]
    cuts = np.searchsorted(once, np.arange(1, len(drawers), dtype=np.uint64) << np.uint64(60))
    for drawer, part in zip(drawers, np.split(once, cuts), strict=True):
        with drawer.open("ab") as file:
            part.tofile(file)


def _count(drawer: Path, documents: int) -> tuple[Hashes, NDArray[np.int64]]:
    hashes, times = np.unique(np.fromfile(drawer, dtype=np.uint64), return_counts=True)
    return hashes[times >= documents], times[times >= documents]
