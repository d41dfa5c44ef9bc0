"""The plain text format of vectors that word2vec, fastText and GloVe share: a word and its numbers a line."""

import warnings
from array import array
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

import numpy as np

from lect.artifacts.errors import LectError
from lect.artifacts.opening import read_lines


def write_rows(path: Path, words: list[str], matrix: np.ndarray) -> None:
    """Write words and rows under a first line that says how many of each, with the digits that give them back."""
    if broken := [word for word in words if not word or "\n" in word or "\r" in word]:
        raise LectError(f"the word {broken[0]!r} cannot be written to {path.name}, which has one a line; leave it out")
    digits = 9 if matrix.dtype == np.float32 else 17
    numbers = " ".join([f"%.{digits}g"] * matrix.shape[1])
    partial = path.with_name(path.name + ".partial")
    with partial.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f"{matrix.shape[0]} {matrix.shape[1]}\n")
        file.writelines(f"{word} {numbers % tuple(row.tolist())}\n" for word, row in zip(words, matrix, strict=True))
    partial.replace(path)


def read_rows(path: Path, limit: int | None = None) -> tuple[list[str], np.ndarray]:
    """Return the words of a file, each once, the first `limit` of them, and float32 [word, dimension]; line by line."""
    said, dimension, lines = _header(path)
    words: dict[str, None] = {}
    values, read = array("f"), 0
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)  # numpy's word for numbers that are none
        for read, line in enumerate(islice(lines, limit), start=1):
            word, row = _split(path, read + (said is not None), line, dimension)
            if word not in words:
                words[word] = None
                values.frombytes(row.tobytes())
    if said is not None and read != said and read != limit:
        raise LectError(
            f"{path} says that it has {said} words, and has {read}; it is cut off or damaged. Get it again."
        )
    return list(words), np.frombuffer(values, dtype=np.float32).reshape(len(words), dimension).copy()


def _header(path: Path) -> tuple[int | None, int, Iterator[str]]:
    """Return (how many words the file says it has, dimension, its lines of words); GloVe's files say nothing."""
    lines = read_lines(path)
    first = next(lines, "")
    fields = first.split()
    if len(fields) == 2 and all(field.isdecimal() for field in fields) and int(fields[1]):
        return int(fields[0]), int(fields[1]), lines
    if len(fields) < 3:
        raise LectError(
            f"{path} is no file of vectors: its first line is {first[:60]!r}. Expected the number of words and of "
            "dimensions, or a word and its numbers, between spaces."
        )
    return None, len(fields) - 1, chain([first], lines)


def _split(path: Path, number: int, line: str, dimension: int) -> tuple[str, np.ndarray]:
    """Return the word of a line and its numbers, which are the last `dimension` fields: a word may hold spaces."""
    line = line.rstrip(" ").replace("\t", " ")
    word, _, rest = line.partition(" ")
    row = _numbers(rest) if word and not rest.startswith(" ") else None
    if row is None or len(row) != dimension:
        word, *fields = line.rsplit(" ", dimension)
        row = _numbers(" ".join(fields)) if len(fields) == dimension else None
    if row is None or len(row) != dimension:
        raise LectError(f"{path} line {number} is {line[:60]!r}…; expected a word and {dimension} numbers, as above it")
    if not np.isfinite(row).all():
        raise LectError(f"{path} line {number}: the vector of {word!r} holds NaN or infinity. Leave that line out.")
    return word, row


def _numbers(fields: str) -> np.ndarray | None:
    try:
        return np.fromstring(fields, dtype=np.float32, sep=" ")
    except (DeprecationWarning, ValueError):
        return None
