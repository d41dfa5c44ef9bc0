"""Pairs: a stream of (source, target) strings; a lexicon is Pairs of words, multi-parallel text has one column a language."""

import json
import random
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

from lect.artifacts.errors import LectError
from lect.artifacts.opening import combined_hash, file_hash, find_files, format_of, read_lines

Pair = tuple[str, str]
Rows = Callable[[list[str], bool], Iterator[dict[str, Any]]]


class Pairs:
    """Re-iterable (source, target) strings; `languages` names the two sides where it is known."""

    def __init__(
        self,
        pairs: Callable[[], Iterator[Pair]],
        identity: str,
        sources: list[dict[str, Any]] | None = None,
        languages: tuple[str, str] | None = None,
    ) -> None:
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

    def split(self, heldout: float = 0.1) -> tuple["Pairs", "Pairs"]:
        """Return (seen, held out): the hash of its source decides, so that all translations of a word stay together."""
        if not 0 < heldout < 1:
            raise LectError(f"heldout must be a share between 0 and 1, not {heldout}")
        border = heldout * 16**8
        parts = [
            Pairs(
                lambda held=held: (p for p in self if (int(combined_hash(p[0])[:8], 16) < border) == held),  # type: ignore[misc]
                combined_hash("split", str(heldout), str(held), self.identity),
                self.sources,
                self.languages,
            )
            for held in (False, True)
        ]
        return parts[0], parts[1]

    def shuffled(self, seed: int = 0) -> "Pairs":
        """Return the control: the same sources, the targets dealt to them at random."""

        def pairs() -> Iterator[Pair]:
            sources, targets = self.sides()
            random.Random(seed).shuffle(targets)
            return zip(sources, targets, strict=True)

        return Pairs(pairs, combined_hash("shuffled", str(seed), self.identity), self.sources, self.languages)


def read_pairs(
    source: Any, *, columns: tuple[str, str] | None = None, languages: Sequence[Sequence[str]] | None = None
) -> Pairs:
    """Read pairs from a TSV or JSONL file (also `.gz`), Moses files (`"corpus.fo,corpus.en"`), or a list of pairs.

    A file with named columns (TSV header or JSONL keys) is read by `columns=("fao", "eng")`, else by `source` and `target`, else by the names
    that match `languages`: for each side, the codes and names by which that language may be called. That is how one column a language (FLORES,
    NTREX) becomes pairs. A TSV of two columns that are named by none of these has no header: source, tab, target. Pairs with an empty side are
    passed over; text is brought to Unicode NFC.

    >>> list(read_pairs([("hús", "house")]))
    [('hús', 'house')]
    """
    if isinstance(source, Pairs):
        return source
    if isinstance(source, (str, Path)):
        moses = "," in str(source) and not Path(source).exists()
        return _from_moses(str(source).split(",")) if moses else _from_table(Path(source), columns, languages)
    if isinstance(source, (bytes, Mapping)) or not isinstance(source, Iterable):
        raise LectError(f"pairs are a file or a list of (source, target); found {type(source).__name__}")
    return _from_list(list(source))


def _clean(cell: Any) -> str:
    return "" if cell is None else unicodedata.normalize("NFC", str(cell).strip())


def _filled(pairs: Iterable[tuple[Any, Any]]) -> Iterator[Pair]:
    """Yield the pairs that have two sides, cleaned."""
    for left, right in pairs:
        pair = _clean(left), _clean(right)
        if all(pair):
            yield pair


def _from_table(source: Path, columns: tuple[str, str] | None, languages: Sequence[Sequence[str]] | None) -> Pairs:
    (path, *more) = find_files(source)
    if more:
        raise LectError(
            f"{source} names {len(more) + 1} files; pairs are read from one file, or from two as 'FILE.fo,FILE.en'"
        )
    names, rows = read_jsonl_rows(path) if format_of(path) == "jsonl" else read_tsv_rows(path)
    chosen = _choose(path, names, columns, languages)
    header = chosen is not None
    left, right = chosen or ("first", "second")

    def pairs() -> Iterator[Pair]:
        return _filled((row[left], row[right]) for row in rows(names if header else [left, right], header))

    digest = file_hash(path)
    said = {"path": str(path), "sha256": digest, "columns": [left, right]}
    labels = chosen if chosen and chosen != ("source", "target") else None
    result = Pairs(pairs, combined_hash(digest, left, right, str(header)), [said], labels)
    if next(iter(result), None) is None:
        raise LectError(f"{path} holds no pair with two non-empty sides in columns {left!r} and {right!r}")
    return result


def read_tsv_rows(path: Path) -> tuple[list[str], Rows]:
    """Return the cells of the first line, and a reader of the rows by name."""

    def rows(names: list[str], header: bool) -> Iterator[dict[str, Any]]:
        lines = ((number, line) for number, line in enumerate(read_lines(path), start=1) if line.strip())
        if header:
            next(lines)
        for number, line in lines:
            cells = line.split("\t")
            if len(cells) != len(names):
                said = f"its header has {len(names)}" if header else "expected source, tab, target"
                raise LectError(f"{path} line {number} has {len(cells)} columns; {said}")
            yield dict(zip(names, cells, strict=True))

    first = next((line for line in read_lines(path) if line.strip()), "")
    return first.split("\t") if first else [], rows


def read_jsonl_rows(path: Path) -> tuple[list[str], Rows]:
    """Return the keys of the first object, and a reader of the objects."""

    def rows(names: list[str], header: bool = True) -> Iterator[dict[str, Any]]:
        for number, line in enumerate(read_lines(path), start=1):
            if line.strip():
                row = _json_object(path, number, line)
                yield {name: row.get(name) for name in names}

    first = next((line for line in read_lines(path) if line.strip()), "")
    return list(_json_object(path, 1, first)) if first else [], rows


def _json_object(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise LectError(f"{path} line {number} is not JSON: {error.msg}. Expected one JSON object a line.") from None
    if not isinstance(row, dict):
        raise LectError(f"{path} line {number} is {type(row).__name__}; expected one JSON object a line.")
    return row


def _choose(
    path: Path, names: list[str], columns: tuple[str, str] | None, languages: Sequence[Sequence[str]] | None
) -> tuple[str, str] | None:
    """Decide which two columns are meant: named, conventional, or by language; None for a TSV without a header."""
    if not names:
        raise LectError(f"{path} holds no pairs: the file is empty")
    if columns:
        missing = [name for name in columns if name not in names]
        if missing:
            raise LectError(f"{path} has no column {missing[0]!r}; its columns are {', '.join(map(repr, names))}")
        return columns
    if "source" in names and "target" in names:
        return "source", "target"
    if languages:
        left, right = (column_of(names, side) for side in languages)
        if left and right and left != right:
            return left, right
    if format_of(path) != "jsonl" and len(names) == 2:
        return None
    if len(names) == 1 and format_of(path) != "jsonl":
        raise LectError(f"{path} has no tab in its first line ({names[0][:60]!r}); expected source, tab, target")
    asked = " and ".join("/".join(list(side)[:3]) for side in languages) if languages else "source and target"
    raise LectError(
        f"{path}: which columns hold {asked}? Its columns are {', '.join(names[:70])}. Pass columns=(…, …)."
    )


def column_of(names: list[str], codes: Sequence[str]) -> str | None:
    """Return the first column that is named by one of the codes: exactly, or up to its first `_` or `-` (`eng_web`)."""
    wanted = [code.lower() for code in codes]
    exact = [name for code in wanted for name in names if name.lower() == code]
    loose = [name for code in wanted for name in names if name.lower().replace("-", "_").split("_")[0] == code]
    return next(iter(exact + loose), None)


def _from_moses(paths: list[str]) -> Pairs:
    if len(paths) != 2:
        raise LectError(f"Moses pairs are two files, 'FILE.fo,FILE.en'; found {len(paths)}")
    left, right = (find_files(path)[0] for path in paths)

    def lines() -> Iterator[tuple[str, str]]:
        for number, (a, b) in enumerate(zip_longest(read_lines(left), read_lines(right)), start=1):
            if a is None or b is None:
                raise LectError(
                    f"{left if a is None else right} ends after line {number - 1}, before the other side: "
                    "the two files must have one line a pair"
                )
            yield a, b

    sources = [{"path": str(path), "sha256": file_hash(path)} for path in (left, right)]
    result = Pairs(lambda: _filled(lines()), combined_hash(*(source["sha256"] for source in sources)), sources)
    if next(iter(result), None) is None:
        raise LectError(f"{left} and {right} hold no pair with two non-empty sides")
    return result


def _from_list(items: list[Any]) -> Pairs:
    for number, item in enumerate(items):
        if not (isinstance(item, (tuple, list)) and len(item) == 2 and all(isinstance(side, str) for side in item)):
            raise LectError(f"item {number} of the pairs is {item!r}; expected (source, target), two strings")
    pairs = list(_filled(items))
    if not pairs:
        raise LectError("the pairs are an empty list; pass at least one (source, target)")
    identity = combined_hash(*(side for pair in pairs for side in pair))
    return Pairs(lambda: iter(pairs), identity, [{"made": "list", "pairs": len(pairs)}])
