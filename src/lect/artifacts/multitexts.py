"""The same sentences in several languages: one table, a column a language."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lect.artifacts.bitexts import column_of, read_jsonl_rows, read_tsv_rows
from lect.artifacts.errors import LectError
from lect.artifacts.opening import find_files, format_of


def read_names(source: Any) -> list[str]:
    """Return the names of the columns of a TSV or JSONL table that hold text: not those that count or name rows."""
    path = find_files(Path(source))[0]
    names, rows = read_jsonl_rows(path) if format_of(path) == "jsonl" else read_tsv_rows(path)
    first = next(iter(rows(names, True)), {})
    return [name for name in names if any(character.isalpha() for character in str(first.get(name) or ""))]


def read_columns(source: Any, languages: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return the sentences of each language of a TSV or JSONL table, only rows that are complete, in order.

    `languages` are the keys of the result with the names under which a column may hold the language, best first.

    >>> read_columns("flores.tsv", {"eng": ["eng_Latn", "eng"], "fao": ["fao_Latn", "fao"]})  # doctest: +SKIP
    """
    path = find_files(Path(source))[0]
    names, rows = read_jsonl_rows(path) if format_of(path) == "jsonl" else read_tsv_rows(path)
    columns = {language: column_of(names, codes) for language, codes in languages.items()}
    if missing := [language for language, column in columns.items() if column is None]:
        raise LectError(f"{path} has no column for {', '.join(missing)}; its columns are {', '.join(names[:70])}")
    found: dict[str, list[str]] = {language: [] for language in languages}
    for row in rows(names, True):
        cells = {language: str(row[str(column)] or "").strip() for language, column in columns.items()}
        if all(cells.values()):
            for language, cell in cells.items():
                found[language].append(cell)
    if not next(iter(found.values()), []):
        raise LectError(f"{path} has no row in which {', '.join(languages)} are all filled")
    return found
