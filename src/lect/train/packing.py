"""Packing: text becomes one table of tokens, and rows of training are cut from it without padding.

Row `i` is a pure function of (table, seed, i). That is what makes resuming exact, and several processes equal to one:
nobody keeps an iterator, everybody asks for rows by number.
"""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from lect.artifacts.errors import LectError
from lect.artifacts.hooks import progress
from lect.artifacts.outputs import process_rank
from lect.artifacts.texts import Text
from lect.vocab.counting import batches, encode
from lect.vocab.surfaces import vocabulary_size

_BATCH = 512


@dataclass(frozen=True)
class Frame:
    """The special tokens around a document and around a row; None where the tokenizer has none."""

    before: int | None
    after: int | None
    row_start: int | None = None


def frame_of(tokenizer: Any, kind: str) -> Frame:
    """Return how documents are set in rows.

    `<bos> document <eos> <bos> document …` for decoders and encoder-decoders (T5 has no bos; its own pretraining puts
    nothing between documents), `<cls> document <sep> document …` for encoders, whose first mark starts each row.
    """
    if kind == "encoder":
        separator = tokenizer.sep_token_id if tokenizer.sep_token_id is not None else tokenizer.eos_token_id
        start = tokenizer.cls_token_id if tokenizer.cls_token_id is not None else tokenizer.bos_token_id
        return Frame(None, separator, start)
    before = tokenizer.bos_token_id if tokenizer.bos_token_id != tokenizer.eos_token_id else None
    return Frame(before, tokenizer.eos_token_id)


@dataclass(frozen=True)
class TokenTable:
    """All documents as one array of ids: document `d` is `tokens[starts[d]:starts[d + 1]]`, `sizes[d]` bytes of UTF-8.

    `labels[d]` indexes `sources`, the (language, source) pairs of the ledger.
    """

    tokens: np.ndarray
    starts: np.ndarray
    sizes: np.ndarray
    labels: np.ndarray
    sources: list[tuple[str, str]]
    frame: Frame

    @cached_property
    def bytes(self) -> int:
        """How many bytes of UTF-8 all documents were."""
        return int(self.sizes.sum())


def tokenize(text: Text, tokenizer: Any, kind: str, folder: Path | None = None) -> TokenTable:
    """Tokenize every document once; with `folder` the ids lie in a file there, so that text may exceed the memory."""
    frame = frame_of(tokenizer, kind)
    before, after = ([] if mark is None else [mark] for mark in (frame.before, frame.after))
    dtype = np.uint16 if vocabulary_size(tokenizer) <= 2**16 else np.uint32
    lengths: list[int] = []
    sizes: list[int] = []
    labels: list[int] = []
    names: dict[tuple[str, str], int] = {}
    parts: list[np.ndarray] = []
    path = token_file(folder, process_rank()) if folder else None  # a file a process: none waits for another here
    if path:
        path.unlink(missing_ok=True)
    with progress("tokenizing", unit="documents") as advance:
        for documents in batches(text, _BATCH):
            for document, ids in zip(documents, encode(tokenizer, [d["text"] for d in documents]), strict=True):
                parts.append(np.array(before + ids + after, dtype=dtype))
                lengths.append(len(parts[-1]))
                sizes.append(len(document["text"].encode("utf-8")))
                labels.append(names.setdefault(_label(document), len(names)))
            if path:
                with path.open("ab") as file:
                    file.write(np.concatenate(parts).tobytes())
                parts = []
            advance(len(documents))
    if not sum(lengths) or not sum(sizes):
        raise LectError("the text has no tokens; pass text that is not empty")
    tokens = np.memmap(path, dtype=dtype, mode="r") if path else np.concatenate(parts)
    return TokenTable(
        tokens, np.cumsum([0, *lengths]), np.array(sizes, dtype=np.int64), np.array(labels), list(names), frame
    )


def token_file(folder: Path, rank: int) -> Path:
    """Return where one process keeps the ids of a run."""
    return folder / f"tokens.{rank}"


def _label(document: dict[str, Any]) -> tuple[str, str]:
    """Return (language, source) of a document; a source that is not known is the file that the id begins with."""
    source = document.get("source") or (str(document.get("id", "")).rpartition(":")[0])
    return str(document.get("language") or ""), str(source)


@dataclass(frozen=True)
class _Epoch:
    """One pass over the documents: `order[j]` is the j-th document, before which lie `tokens[j]` ids, `bytes[j]` bytes.

    Both have one entry more than `order`: the totals.
    """

    order: np.ndarray
    tokens: np.ndarray
    bytes: np.ndarray


def _draw_epoch(table: TokenTable, seed: int, number: int) -> _Epoch:
    order = np.random.default_rng([seed, number]).permutation(len(table.sizes))
    counts = (np.diff(table.starts)[order], table.sizes[order])
    return _Epoch(order, *(np.concatenate([[0], np.cumsum(count)]) for count in counts))


@dataclass(frozen=True)
class Stream:
    """A budget of text as rows of `length` ids: documents in a new order every epoch, joined, cut, never padded.

    It is the first `tokens` ids, which were `megabytes` of UTF-8, of an endless row of epochs; epoch `e` is shuffled by
    (`seed`, `e`) when it is needed, so that a large text may be repeated often at no cost.
    """

    table: TokenTable
    length: int
    seed: int
    tokens: int
    megabytes: float
    _drawn: dict[int, _Epoch] = field(default_factory=dict, repr=False, compare=False)

    @property
    def body(self) -> int:
        """How many ids of a row come from the stream; the rest are row marks of an encoder."""
        return self.length - (self.table.frame.row_start is not None)

    def __len__(self) -> int:
        return self.tokens // self.body

    def epoch(self, number: int) -> _Epoch:
        """Return the order of one epoch; the two that were drawn last are kept."""
        if number not in self._drawn:
            for old in list(self._drawn)[:-1]:
                del self._drawn[old]
            self._drawn[number] = _draw_epoch(self.table, self.seed, number)
        return self._drawn[number]

    def rows(self, numbers: np.ndarray) -> np.ndarray:
        """Return the rows of these numbers as int64 ids `[len(numbers), length]`."""
        positions = (np.asarray(numbers)[:, None] * self.body + np.arange(self.body)).ravel()
        epochs, inside = np.divmod(positions, int(self.table.starts[-1]))
        ids = np.empty(len(positions), dtype=np.int64)
        for number in range(epochs.min(), epochs.max() + 1):
            here, epoch = epochs == number, self.epoch(number)
            place = np.searchsorted(epoch.tokens, inside[here], side="right") - 1
            ids[here] = self.table.tokens[self.table.starts[epoch.order[place]] + inside[here] - epoch.tokens[place]]
        rows, mark = ids.reshape(-1, self.body), self.table.frame.row_start
        return rows if mark is None else np.insert(rows, 0, mark, axis=1)

    def megabytes_before(self, number: int) -> float:
        """Return how many megabytes of UTF-8 the rows before `number` hold; a document that is cut counts in part."""
        whole, inside = divmod(number * self.body, int(self.table.starts[-1]))
        epoch = self.epoch(whole)
        place = int(np.searchsorted(epoch.tokens, inside, side="right")) - 1
        share = (inside - epoch.tokens[place]) / max(1, epoch.tokens[place + 1] - epoch.tokens[place])
        partial = epoch.bytes[place] + share * (epoch.bytes[place + 1] - epoch.bytes[place])
        return (whole * self.table.bytes + float(partial)) / 1e6

    def ledger(self, megabytes: float) -> list[dict[str, Any]]:
        """Return what the first `megabytes` of the stream were, by language and source, and how often it was repeated.

        The megabytes of the lines sum to `megabytes`; `epochs` is how often the documents that were seen were seen.
        """
        whole, left = divmod(megabytes * 1e6, self.table.bytes)
        epoch = self.epoch(int(whole))
        part = np.clip(left - epoch.bytes[:-1], 0, np.diff(epoch.bytes))  # bytes of each document of the last epoch
        labels, kinds = self.table.labels, len(self.table.sources)
        last = np.bincount(labels[epoch.order], weights=part, minlength=kinds)
        pool = np.bincount(labels, weights=self.table.sizes, minlength=kinds)
        distinct = pool if whole else last
        total = whole * pool + last
        return [
            {
                "language": self.table.sources[label][0],
                "source": self.table.sources[label][1],
                "megabytes": float(total[label]) / 1e6,
                "epochs": round(float(total[label] / distinct[label]), 2),
            }
            for label in np.argsort(-total, kind="stable")
            if total[label] > 0
        ]


def draw_stream(table: TokenTable, *, length: int, megabytes: float, seed: int) -> Stream:
    """Choose what is seen until `megabytes` of UTF-8: whole epochs, and documents of one more until the budget is met.

    The stream ends with the document that reaches the budget; a last row that it does not fill is dropped.
    """
    if not megabytes > 0:
        raise LectError(f"the budget must be more than 0 MB of text, not {megabytes}")
    epochs, left = divmod(max(1, round(megabytes * 1e6)), table.bytes)
    last = _draw_epoch(table, seed, epochs)
    documents = int(np.searchsorted(last.bytes, left, side="left"))
    tokens = epochs * int(table.starts[-1]) + int(last.tokens[documents])
    stream = Stream(table, length, seed, tokens, (epochs * table.bytes + int(last.bytes[documents])) / 1e6)
    if len(stream) == 0:
        raise LectError(
            f"the text within the budget ({stream.megabytes:.3f} MB) does not fill one row of {length} tokens; "
            "give more text or a larger budget"
        )
    return stream
