"""Labeled text out of folders, and an identifier of all the languages that it covers."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import regex  # type: ignore[import-untyped]

from lect.artifacts.errors import LectError
from lect.artifacts.opening import format_of
from lect.artifacts.tasks.tables import read_rows
from lect.artifacts.texts import read
from lect.corpus.identification.cleaning import language_label
from lect.corpus.identification.identifying import Identifier
from lect.corpus.identification.learning import learn_identifier
from lect.corpus.language_profiles import words_of
from lect.languages import find
from lect.worlds.locales import covered_languages

_COLUMNS = ("bcp47", "language", "lang", "iso639_3")  # the first that says a language counts
_NAMED = regex.compile(r"([a-z]{2,3}(?:_[A-Z][a-z]{3})?)\..*")
_HELDOUT = regex.compile(r"[._](valid|dev|devtest|test)[._]")


def ready_identifier(
    folders: str | Path | Sequence[str | Path], *, megabytes: float = 0.5, ngrams: int = 1 << 17
) -> Identifier:
    """Learn an identifier of all languages that folders of labeled text, and the words of CLDR, cover.

    See `gather_labeled` for what is read. Of each language at most `megabytes` (10^6 bytes of UTF-8) are learned from.
    `ngrams` are kept: the model takes about 20 bytes of disk for each, and 4 bytes of memory for each and each label.
    """
    lines = gather_labeled(folders, megabytes=megabytes)
    for tag in covered_languages():
        lines.setdefault(language_label(tag), []).extend(words_of(tag))
    return learn_identifier(lines, ngrams=ngrams)


def gather_labeled(folders: str | Path | Sequence[str | Path], *, megabytes: float = 0.5) -> dict[str, list[str]]:
    """Return label → lines from tables and JSON lines with a column of languages, and from files named by a code.

    Read are `.tsv` and `.jsonl` with a column `bcp47`, `language`, `lang` or `iso639_3` beside `text`, and `fao.*.txt`
    (each also `.gz`), in subfolders, too; files named as held out (valid, dev, test) are not, and rows whose language
    lect does not know neither. Of each label those lines are taken that come first by their hash.
    """
    roots = [Path(one) for one in ([folders] if isinstance(folders, (str, Path)) else folders)]
    if missing := [root for root in roots if not root.is_dir()]:
        raise LectError(f"there is no folder {missing[0]}; expected folders with labeled text")
    found: dict[str, dict[str, None]] = {}
    for file in sorted(file for root in roots for file in root.rglob("*")):
        if file.is_file() and not _HELDOUT.search(file.name):
            for label, text in _labeled(file):
                found.setdefault(label, {}).update(dict.fromkeys(text.splitlines()))
    if not found:
        raise LectError(f"no labeled text in {', '.join(map(str, roots))}: expected a column `language`, or fao.txt")
    return {label: list(_first(lines, megabytes)) for label, lines in sorted(found.items())}


def _labeled(file: Path) -> Iterator[tuple[str, str]]:
    kind = format_of(file)
    if kind == "text" and (named := _NAMED.fullmatch(file.name)):
        rows: Iterable[Mapping[str, Any]] = ({"language": named[1], "text": text} for text in read(file).strings())
    elif kind in ("tsv", "jsonl"):
        rows = read_rows(file)
    else:
        return
    for row in rows:
        if row.get("text") and (label := _label_of(row)):
            yield label, row["text"]


def _label_of(row: Mapping[str, Any]) -> str | None:
    codes = (row.get(column) for column in _COLUMNS)
    return next(filter(None, (_label(str(code)) for code in codes if code)), None)


@cache
def _label(code: str) -> str | None:
    """Return the label of a code, None for a private one, and for one that says "undetermined"."""
    try:
        return language_label(code) if find(code).script != "Zzzz" else None
    except LectError:
        return None


def _first(lines: Iterable[str], megabytes: float) -> Iterator[str]:
    left = megabytes * 1e6
    for line in sorted(lines, key=_digest):
        if left <= 0:
            return
        left -= len(line.encode("utf-8", "surrogatepass"))
        yield line


def _digest(line: str) -> bytes:
    return hashlib.blake2b(line.encode("utf-8", "surrogatepass"), digest_size=8).digest()
