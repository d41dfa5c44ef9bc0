"""Packing: text becomes one table of tokens, and rows of training are cut from it without padding.

Row `i` is a pure function of (table, plan, i). That is what makes resuming exact, and several processes equal to one: nobody keeps an
iterator, everybody asks for rows by number.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from lect.artifacts.errors import LectError
from lect.artifacts.hooks import progress
from lect.artifacts.outputs import process_rank
from lect.artifacts.texts import Text

_BATCH = 512


@dataclass(frozen=True)
class Frame:
    """The special tokens around a document and around a row; None where the tokenizer has none."""

    before: int | None
    after: int | None
    row_start: int | None = None


def frame_of(tokenizer: Any, kind: str) -> Frame:
    """Return how documents are set: `<bos> document <eos>` for decoders; `<cls> document <sep> document <sep> …` for encoders."""
    if kind == "encoder":
        separator = tokenizer.sep_token_id if tokenizer.sep_token_id is not None else tokenizer.eos_token_id
        start = tokenizer.cls_token_id if tokenizer.cls_token_id is not None else tokenizer.bos_token_id
        return Frame(None, separator, start)
    before = tokenizer.bos_token_id if tokenizer.bos_token_id != tokenizer.eos_token_id else None
    return Frame(before, tokenizer.eos_token_id)


@dataclass(frozen=True)
class TokenTable:
    """All documents as one array of ids: document `d` is `tokens[starts[d]:starts[d + 1]]` and was `sizes[d]` bytes of UTF-8.

    `labels[d]` indexes `sources`, the (language, source) pairs of the ledger.
    """

    tokens: np.ndarray
    starts: np.ndarray
    sizes: np.ndarray
    labels: np.ndarray
    sources: list[tuple[str, str]]
    frame: Frame


def tokenize(text: Text, tokenizer: Any, kind: str, folder: Path | None = None) -> TokenTable:
    """Tokenize every document once; with `folder` the ids lie in a file there and are mapped into memory, so text may exceed it."""
    frame = frame_of(tokenizer, kind)
    dtype = np.uint16 if len(tokenizer) <= 2**16 else np.uint32
    lengths: list[int] = []
    sizes: list[int] = []
    labels: list[int] = []
    names: dict[tuple[str, str], int] = {}
    parts: list[np.ndarray] = []
    path = folder / f"tokens.{process_rank()}" if folder else None  # a file a process: no process waits for another here
    file = path.open("wb") if path else None
    with progress("tokenizing", unit="documents") as advance:
        for documents in _batches(iter(text)):
            for document, ids in zip(documents, _encode(tokenizer, [d["text"] for d in documents], frame), strict=True):
                row = np.asarray(ids, dtype=dtype)
                lengths.append(len(row))
                sizes.append(len(document["text"].encode("utf-8")))
                label = (str(document.get("language") or ""), str(document.get("source") or str(document.get("id", "")).split(":")[0]))
                labels.append(names.setdefault(label, len(names)))
                parts.append(row)
            if file:
                file.write(np.concatenate(parts).tobytes())
                parts = []
            advance(len(documents))
    if not sum(lengths):
        raise LectError("the text has no tokens; pass text that is not empty")
    starts = np.concatenate([[0], np.cumsum(lengths)])
    tokens: np.ndarray
    if file and path:
        file.close()
        tokens = np.memmap(path, dtype=dtype, mode="r")
    else:
        tokens = np.concatenate(parts)
    return TokenTable(tokens, starts, np.asarray(sizes), np.asarray(labels), list(names), frame)


def _batches(documents: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while batch := list(islice(documents, _BATCH)):
        yield batch


def _encode(tokenizer: Any, strings: list[str], frame: Frame) -> Iterator[list[int]]:
    before = [frame.before] if frame.before is not None else []
    after = [frame.after] if frame.after is not None else []
    for encoding in tokenizer.backend_tokenizer.encode_batch_fast(strings, add_special_tokens=False):
        yield before + encoding.ids + after


@dataclass(frozen=True)
class Stream:
    """A budget of text as rows of `length` ids: documents in a new order every epoch, joined, cut, never padded.

    `order[j]` is the j-th document seen; `offsets[j]` is where it begins in the stream, `bytes_before[j]` the text seen by then.
    """

    table: TokenTable
    length: int
    order: np.ndarray
    offsets: np.ndarray
    bytes_before: np.ndarray

    @property
    def body(self) -> int:
        """How many ids of a row come from the stream; the rest are row marks of an encoder."""
        return self.length - (self.table.frame.row_start is not None)

    def __len__(self) -> int:
        return int(self.offsets[-1]) // self.body

    def row(self, number: int) -> np.ndarray:
        """Return row `number` as int64 ids `[length]`."""
        begin, end = number * self.body, (number + 1) * self.body
        first = int(np.searchsorted(self.offsets, begin, side="right")) - 1
        parts = []
        at = begin
        while at < end:
            start = self.table.starts[self.order[first]] + (at - self.offsets[first])
            stop = min(self.table.starts[self.order[first] + 1], start + (end - at))
            parts.append(self.table.tokens[start:stop])
            at += stop - start
            first += 1
        ids = np.concatenate(parts).astype(np.int64)
        mark = self.table.frame.row_start
        return ids if mark is None else np.concatenate([[mark], ids])

    def megabytes_before(self, number: int) -> float:
        """Return how many megabytes of UTF-8 the rows before `number` hold."""
        return float(np.interp(number * self.body, self.offsets, self.bytes_before)) / 1e6

    def ledger(self, megabytes: float) -> list[dict[str, Any]]:
        """Return what the first `megabytes` of the stream were, by language and source, and how often each was repeated."""
        seen = self.order[self.bytes_before[:-1] < megabytes * 1e6]
        total, distinct = Counter[int](), Counter[int]()
        for document, times in Counter(seen.tolist()).items():
            label, size = int(self.table.labels[document]), int(self.table.sizes[document])
            total[label] += size * times
            distinct[label] += size
        names = self.table.sources
        return [
            {"language": names[label][0], "source": names[label][1], "megabytes": size / 1e6, "epochs": round(size / distinct[label], 2)}
            for label, size in total.most_common()
        ]


def draw_stream(table: TokenTable, *, length: int, megabytes: float, seed: int) -> Stream:
    """Choose which documents are seen, in which order, until `megabytes` of UTF-8: whole epochs, each shuffled by (seed, epoch)."""
    if not megabytes > 0:
        raise LectError(f"the budget must be more than 0 MB of text, not {megabytes}")
    orders, seen, epoch = [], 0, 0
    while seen < megabytes * 1e6:
        order = np.random.default_rng([seed, epoch]).permutation(len(table.sizes))
        orders.append(order)
        seen += int(table.sizes.sum())
        epoch += 1
    order = np.concatenate(orders)
    bytes_before = np.concatenate([[0], np.cumsum(table.sizes[order])])
    documents = int(np.searchsorted(bytes_before, megabytes * 1e6, side="left"))
    order, bytes_before = order[:documents], bytes_before[: documents + 1]
    offsets = np.concatenate([[0], np.cumsum((table.starts[1:] - table.starts[:-1])[order])])
    rows = Stream(table, length, order, offsets, bytes_before)
    if len(rows) == 0:
        raise LectError(f"the text within the budget ({bytes_before[-1] / 1e6:.3f} MB) does not fill one row of {length} tokens; give more text")
    return rows
