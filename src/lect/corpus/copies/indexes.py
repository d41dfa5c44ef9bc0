"""Indexing a corpus: its signatures on disk, a folder of `.npy` files for each part of it."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow
import pyarrow.parquet
from numpy.typing import NDArray

from lect.artifacts.errors import LectError
from lect.artifacts.formats import missing_column
from lect.artifacts.hooks import progress
from lect.artifacts.outputs import discard
from lect.artifacts.texts import Text
from lect.corpus.copies.settings import Setting
from lect.corpus.copies.signatures import sign
from lect.corpus.copies.words import hash_words

Mapper = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]
"""What calls a function on each of many items and gives the results in order: `map`, or one that spreads the work."""
Batch = tuple[list[str], list[str]]  # texts and ids
_BATCH = 1 << 23  # characters of a part that is made of a stream
_ROWS = 256  # documents of a shard that are read at a time
_SLICE = 1 << 18  # characters that are signed at a time: what is computed of them fits the cache
_MARK = "setting.json"


def write_index(source: Text | Sequence[Path], folder: Path, setting: Setting, across: Mapper) -> None:
    """Write the signatures of all documents into `folder`; parts that are there already are not made again.

    The parts of a stream are batches of it; those of parquet shards are the shards, which the workers read themselves.
    """
    marked = folder / _MARK
    if marked.exists():
        expect_setting(folder, setting)
    marked.write_text(json.dumps(asdict(setting)) + "\n", encoding="utf-8")
    items = _batches(source) if isinstance(source, Text) else iter(source)
    total = None if isinstance(source, Text) else len(source)
    work = partial(_write_part, folder=str(folder), setting=setting)
    with progress("signing documents", total=total, unit="parts") as advance:
        for _ in across(work, enumerate(items)):
            advance(1)


def _write_part(item: tuple[int, Batch | Path], *, folder: str, setting: Setting) -> int:
    number, source = item
    done = Path(folder) / f"part-{number:05}"
    if not done.exists():
        batches = _shard_batches(source) if isinstance(source, Path) else [source]
        columns: dict[str, list[NDArray[Any]]] = {name: [] for name in COLUMNS}
        for strings, ids in (piece for batch in batches for piece in _slices(batch)):
            signed: tuple[NDArray[Any], ...] = (*sign(strings, setting), hash_words(ids).texts)
            for name, values in zip(COLUMNS, signed, strict=True):
                columns[name].append(values)
        before = np.cumsum([0, *(len(shingles) for shingles in columns["shingles"])])
        columns["ends"] = [ends + add for ends, add in zip(columns["ends"], before[:-1], strict=True)]
        partial_ = done.with_suffix(".partial")
        discard(partial_)
        partial_.mkdir()
        _save(partial_ / "shingles.npy", columns.pop("shingles"))
        for name, parts in columns.items():
            np.save(partial_ / f"{name}.npy", np.concatenate([*parts, COLUMNS[name](setting)], axis=-1))
        partial_.rename(done)
    return number


def _save(file: Path, parts: list[NDArray[np.uint32]]) -> None:
    """Write several arrays as one, without holding that one in memory."""
    header = {"descr": "<u4", "fortran_order": False, "shape": (sum(map(len, parts)),)}
    with file.open("wb") as stream:
        np.lib.format.write_array_header_1_0(stream, header)
        for part in parts:
            part.tofile(stream)


COLUMNS: dict[str, Callable[[Setting], NDArray[Any]]] = {  # the empty array of each, for a part without documents
    "texts": lambda setting: np.zeros(0, np.uint64),
    "lengths": lambda setting: np.zeros(0, np.int64),
    "keys": lambda setting: np.zeros((setting.bands, 0), np.uint64),
    "shingles": lambda setting: np.zeros(0, np.uint32),
    "ends": lambda setting: np.zeros(0, np.int64),
    "names": lambda setting: np.zeros(0, np.uint64),
}


def _slices(batch: Batch) -> Iterator[Batch]:
    lengths = np.cumsum([len(string) for string in batch[0]])
    cuts = np.flatnonzero(np.diff(lengths // _SLICE, prepend=0)).tolist()
    for first, last in pairwise(sorted({0, *cuts, len(lengths)})):
        yield batch[0][first:last], batch[1][first:last]


def _batches(text: Text) -> Iterator[Batch]:
    strings: list[str] = []
    ids: list[str] = []
    held = 0
    for document in text:
        if strings and held + len(document["text"]) > _BATCH:
            yield strings, ids
            strings, ids, held = [], [], 0
        strings.append(document["text"])
        ids.append(str(document.get("id", "")))
        held += len(document["text"])
    if strings:
        yield strings, ids


def _shard_batches(path: Path) -> Iterator[Batch]:
    """Yield the documents of a parquet file as `read` gives them: those that are not blank."""
    try:
        file = pyarrow.parquet.ParquetFile(path, buffer_size=1 << 20, pre_buffer=False)
    except pyarrow.ArrowInvalid as error:
        raise LectError(f"{path} cannot be read as parquet: {error}") from None
    with file:
        columns = [name for name in ("text", "id") if name in file.schema_arrow.names]
        if "text" not in columns:
            raise missing_column(path, "text", file.schema_arrow.names)
        for batch in file.iter_batches(batch_size=_ROWS, columns=columns):
            texts = batch.column("text").to_pylist()
            ids = batch.column("id").to_pylist() if "id" in columns else [""] * len(texts)
            kept = [(text, str(id_)) for text, id_ in zip(texts, ids, strict=True) if _is_text(text, path)]
            yield [text for text, _ in kept], [id_ for _, id_ in kept]


def _is_text(value: Any, path: Path) -> bool:
    if value is not None and not isinstance(value, str):
        raise LectError(f"{path}: 'text' holds {type(value).__name__}; expected strings")
    return bool(value and value.strip())


def expect_setting(folder: Path, setting: Setting) -> None:
    """Raise an error if a folder is no index, or one of another setting."""
    try:
        found = json.loads((folder / _MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise LectError(
            f"{folder} is no index of a corpus; expected a folder that find_copies(…, out=…) wrote"
        ) from None
    own = asdict(setting)
    differing = [f"{name} {found.get(name)} there, {own[name]} here" for name in own if found.get(name) != own[name]]
    if differing:
        raise LectError(
            f"the index {folder} was made with another setting ({'; '.join(differing)}): use the same for both"
        )
