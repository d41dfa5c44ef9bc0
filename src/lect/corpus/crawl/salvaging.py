"""The records of a damaged archive: cut where the next one begins, whatever the lengths in their headers say."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from lect.corpus.crawl.inflating import read_pieces
from lect.corpus.crawl.records import LIMIT

MARK = re.compile(rb"\r?\n\r?\nWARC/1\.[01]\r?\n")
_START = re.compile(rb"WARC/1\.[01]\r?\n")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"(?im)^content-length:[ \t]*(\d{1,15})[ \t]*\r?$")
_END = b"\r\n\r\n"  # of a record
_HEAD = 1 << 16  # the most bytes of a header
_OVERLAP = 32  # a mark is shorter


class Chunk(NamedTuple):
    """The bytes of one WARC record (none where there is a `fault`), where it begins after unpacking, and its size."""

    offset: int
    record: bytes
    fault: str
    size: int


class Window:
    """The part of a stream that is looked at: filled from behind, dropped from the front, never longer than it must be."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self.data = bytearray()
        self.offset = 0

    def fill(self, size: int) -> bool:
        """Read on until the window holds `size` bytes; return whether it does."""
        while len(self.data) < size:
            piece = next(self._pieces, None)
            if piece is None:
                return False
            self.data += piece
        return True

    def drop(self, size: int) -> bytes:
        """Take `size` bytes from the front."""
        taken = bytes(self.data[:size])
        del self.data[:size]
        self.offset += len(taken)
        return taken

    def skip_to(self, mark: re.Pattern[bytes], overlap: int = _OVERLAP) -> bool:
        """Drop everything before the next `mark`; return whether there was one, else the stream is at its end."""
        while True:
            found = mark.search(self.data)
            if found:
                self.drop(found.start())
                return True
            self.drop(max(0, len(self.data) - overlap))
            if not self.fill(len(self.data) + 1):
                self.drop(len(self.data))
                return False


def split_warc(path: Path) -> Iterator[Chunk]:
    """Yield one chunk for each record of a WARC file that may be damaged, and one for each damage that left no trace.

    A record is sound where another one, or the end of the file, follows at the length that its header says; else it
    ends before the next header that is found, and has the fault `unreadable_record`, `truncated_file` or `too_large`.
    """
    damage: list[str] = []
    window, seen = Window(read_pieces(path, damage)), 0
    while window.fill(1):
        start = window.offset
        if not _START.match(window.data[:_OVERLAP]):
            window.skip_to(_START)
            junk = window.offset - start
            if junk > 2 * len(_END):
                seen += 1
                yield Chunk(start, b"", "unreadable_record", junk)
            continue
        chunk = _sound(window) or _faulty(window)
        seen += bool(chunk.fault)
        yield chunk
    yield from (Chunk(window.offset, b"", reason, 0) for reason in damage[seen:])


def _sound(window: Window) -> Chunk | None:
    """Take the record at the front where its length is right."""
    window.fill(_HEAD)
    head = _HEAD_END.search(window.data, 0, _HEAD)
    length = head and _LENGTH.search(window.data, 0, head.end())
    if not head or not length or int(length[1]) > LIMIT:
        return None
    end = head.end() + int(length[1])
    whole = window.fill(end + _OVERLAP)
    if len(window.data) < end:
        return None
    rest = bytes(window.data[end : end + _OVERLAP])
    after = rest.lstrip(b"\r\n")
    if not (_START.match(after) or rest.startswith(_END) or (not whole and not after)):
        return None
    offset = window.offset
    record = window.drop(end)
    window.drop(len(rest) - len(after))
    return Chunk(offset, record + _END, "", len(record))


def _faulty(window: Window) -> Chunk:
    """Skip the record at the front, up to the next header."""
    length = _LENGTH.search(bytes(window.data[:_HEAD]))
    claimed, start = int(length[1]) if length else 0, window.offset
    window.drop(1)
    found = window.skip_to(MARK)
    size = window.offset - start
    window.drop(4 if window.data[:4] == _END else 2)
    if LIMIT < claimed <= size:
        return Chunk(start, b"", "too_large", size)
    return Chunk(start, b"", "unreadable_record" if found else "truncated_file", size)
