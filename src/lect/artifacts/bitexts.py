"""Pairs: a stream of (source, target) strings; a lexicon is Pairs of words, multi-parallel text has one column a language."""

import json
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from lect.artifacts.errors import LectError
from lect.artifacts.opening import combined_hash, file_hash, find_files, format_of, read_lines

Pair = tuple[str, str]


class Pairs:
    """Re-iterable (source, target) strings; `languages` names the two sides where it is known."""

    def __init__(
        self,
        pairs: Callable[[], Iterator[Pair]],
        identity: str,
        sources: list[dict[str, Any]] | None = None,
        languages: tuple[str, str] | None = None,
    ):
        self._pairs = pairs
        self.identity = identity
        self.sources = sources or []
        self.languages = languages

    def __iter__(self) -> Iterator[Pair]:
        return self._pairs()

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def sides(self) -> tuple[list[str], list[str]]:
        """Return all sources and all targets, as two lists of equal length."""
        pairs = list(self)
        return [source for source, _ in pairs], [target for _, target in pairs]

    def flip(self) -> "Pairs":
        """Return the same pairs with source and target exchanged."""
        languages = (self.languages[1], self.languages[0]) if self.languages else None
        return Pairs(lambda: ((t, s) for s, t in self), combined_hash("flip", self.identity), self.sources, languages)


def read_pairs(source: Any, *, columns: tuple[str, str] | None = None, languages: Sequence[Sequence[str]] | None = None) -> Pairs:
    """Read pairs from a TSV or JSONL file (also `.gz`), Moses files (`"corpus.fo,corpus.en"`), or a list of pairs.

    A TSV without a header has source and target in its first two columns. A file with named columns (TSV header or JSONL keys) is read by
    `columns=("fao", "eng")`, else by `source` and `target`, else by the names that match `languages`: for each side, the codes and names by
    which that language may be called. That is how one column a language (FLORES, NTREX) becomes pairs.

    >>> list(read_pairs([("hús", "house")]))
    [('hús', 'house')]
    """
    if isinstance(source, Pairs):
        return source
    if not isinstance(source, (str, Path)):
        return _from_list(list(source))
    if "," in str(source) and not Path(source).exists():
        return _from_moses(str(source).split(","))
    (path, *more) = find_files(source)
    if more:
        raise LectError(f"{source} names {len(more) + 1} files; pairs are read from one file, or from two as 'FILE.fo,FILE.en'")
    rows = _jsonl_rows if format_of(path) == "jsonl" else _tsv_rows
    chosen, labels = _choose(path, rows, columns, languages)

    def pairs() -> Iterator[Pair]:
        for row in rows(path, header=not isinstance(chosen[0], int)):
            left, right = _clean(row[chosen[0]]), _clean(row[chosen[1]])
            if left and right:
                yield left, right

    identity = combined_hash(file_hash(path), str(chosen[0]), str(chosen[1]))
    result = Pairs(pairs, identity, [{"path": str(path), "sha256": file_hash(path), "columns": list(chosen)}], labels)
    if next(iter(result), None) is None:
        raise LectError(f"{path} holds no pair with two non-empty sides in columns {chosen[0]!r} and {chosen[1]!r}")
    return result


def _clean(cell: Any) -> str:
    return unicodedata.normalize("NFC", str(cell).strip()) if cell else ""


def _tsv_rows(path: Path, header: bool) -> Iterator[Any]:
    lines = read_lines(path)
    names = next(lines, "").split("\t") if header else []
    for number, line in enumerate(lines, start=2 if header else 1):
        cells = line.split("\t")
        if not line.strip():
            continue
        if header and len(cells) != len(names):
            raise LectError(f"{path} line {number} has {len(cells)} columns; its header has {len(names)}")
        if not header and len(cells) < 2:
            raise LectError(f"{path} line {number} has no tab; expected source, tab, target")
        yield dict(zip(names, cells, strict=True)) if header else cells


def _jsonl_rows(path: Path, header: bool = True) -> Iterator[Any]:
    for number, line in enumerate(read_lines(path), start=1):
        if line.strip():
            try:
                yield json.loads(line)
            except json.JSONDecodeError as error:
                raise LectError(f"{path} line {number} is not JSON: {error.msg}. Expected one JSON object a line.") from None


def _choose(
    path: Path, rows: Callable[..., Iterator[Any]], columns: tuple[str, str] | None, languages: Sequence[Sequence[str]] | None
) -> tuple[tuple[Any, Any], tuple[str, str] | None]:
    """Decide which two columns are meant: named, conventional, by language, or simply the first two of a bare TSV."""
    first = next(rows(path, header=True), None)
    if first is None:
        raise LectError(f"{path} holds no pairs")
    names = list(first)
    if columns:
        missing = [name for name in columns if name not in names]
        if missing:
            raise LectError(f"{path} has no column {missing[0]!r}; its columns are {', '.join(map(repr, names))}")
        return columns, columns
    if "source" in names and "target" in names:
        return ("source", "target"), None
    if languages:
        found = [_column_of(names, side) for side in languages]
        if found[0] and found[1] and found[0] != found[1]:
            return (found[0], found[1]), (found[0], found[1])
    if format_of(path) != "jsonl" and len(names) == 2:
        return (0, 1), None
    asked = " and ".join("/".join(list(side)[:3]) for side in languages) if languages else "source and target"
    raise LectError(f"{path}: which columns hold {asked}? Its columns are {', '.join(names[:70])}. Pass columns=(…, …).")


def _column_of(names: list[str], codes: Sequence[str]) -> str | None:
    """Return the first column that is named by one of the codes: exactly, or up to its first `_` or `-` (`eng_web`)."""
    wanted = [code.lower() for code in codes]
    exact = [name for code in wanted for name in names if name.lower() == code]
    loose = [name for code in wanted for name in names if name.lower().replace("-", "_").split("_")[0] == code]
    return next(iter(exact + loose), None)


def _from_moses(paths: list[str]) -> Pairs:
    if len(paths) != 2:
        raise LectError(f"Moses pairs are two files, 'FILE.fo,FILE.en'; found {len(paths)}")
    left, right = (find_files(path)[0] for path in paths)

    def pairs() -> Iterator[Pair]:
        sentinel = object()
        for number, (a, b) in enumerate(_zip_longest(read_lines(left), read_lines(right), sentinel), start=1):
            if a is sentinel or b is sentinel:
                shorter = left if a is sentinel else right
                raise LectError(f"{shorter} ends at line {number - 1}, before the other side: the two files must have one line a pair")
            if _clean(a) and _clean(b):
                yield _clean(a), _clean(b)

    sources = [{"path": str(path), "sha256": file_hash(path)} for path in (left, right)]
    return Pairs(pairs, combined_hash(*(source["sha256"] for source in sources)), sources)


def _zip_longest(left: Iterator[str], right: Iterator[str], fill: object) -> Iterator[tuple[Any, Any]]:
    from itertools import zip_longest

    return zip_longest(left, right, fillvalue=fill)


def _from_list(items: list[Any]) -> Pairs:
    if not items:
        raise LectError("the pairs are an empty list; pass at least one (source, target)")
    for number, item in enumerate(items):
        if not (isinstance(item, (tuple, list)) and len(item) == 2 and all(isinstance(side, str) for side in item)):
            raise LectError(f"item {number} of the pairs is {item!r}; expected (source, target), two strings")
    pairs = [(_clean(source), _clean(target)) for source, target in items]
    identity = combined_hash(*(side for pair in pairs for side in pair))
    return Pairs(lambda: iter(pairs), identity, [{"made": "list", "pairs": len(pairs)}])
