"""ARC files, the format before WARC: a line for each record with its URL, address, date, type and length."""

import re
from collections.abc import Iterator
from pathlib import Path

from lect.corpus.crawl.inflating import read_pieces
from lect.corpus.crawl.records import LIMIT, Record
from lect.corpus.crawl.salvaging import Window
from lect.corpus.crawl.warcs import parse_chunk

_HEADER = re.compile(rb"([a-z][\w+.-]*:\S*) (?:[\d.]+|[\da-f:]+|-) (\d{8,17}) (\S+)(?: [^\n]*?)? (\d{1,15})\r?\n")
_MARK = re.compile(rb"\n" + _HEADER.pattern)
_LINE = 1 << 14
_WARC = (
    "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {}\r\nWARC-Date: {}\r\nContent-Type: {}\r\n"
    "Content-Length: {}\r\n\r\n"
)


def read_arc(path: Path) -> Iterator[Record]:
    """Yield the records of an ARC file (version 1 or 2, plain or gzip); after damage it goes on at the next header line."""
    damage: list[str] = []
    window = Window(read_pieces(path, damage))
    while window.fill(1):
        if window.data[:1] in b"\r\n":
            window.drop(1)
            continue
        window.fill(_LINE)
        start = window.offset
        header = _HEADER.match(window.data)
        if header is None:
            window.skip_to(_MARK, _LINE)
            yield Record(path.name, start, fault="unreadable_record", metadata={"size": window.offset - start})
            continue
        url, date, mime, length = (part.decode("latin-1") for part in header.groups())
        window.drop(header.end())
        record = _record(window, path.name, (url, date, mime), int(length))
        if not url.startswith("filedesc:"):
            record.offset, record.url = start, url
            yield record
    yield from (Record(path.name, fault=reason) for reason in damage)


def _record(window: Window, source: str, said: tuple[str, str, str], length: int) -> Record:
    url, date, mime = said
    date = _iso(date)
    if not window.fill(min(length, LIMIT)):
        size = len(window.drop(len(window.data)))
        return Record(source, date=date, fault="truncated_file", metadata={"size": size})
    if length > LIMIT:
        window.skip_to(_MARK, _LINE)
        return Record(source, date=date, fault="too_large", metadata={"size": length})
    block = window.drop(length)
    if _MARK.search(block):
        window.data[:0] = block  # the length is wrong, and other records lie in what it claims
        window.offset -= length
        window.skip_to(_MARK, _LINE)
        return Record(source, date=date, fault="unreadable_record", metadata={"size": length})
    http = block.startswith(b"HTTP/")
    head = _WARC.format(url, date, "application/http; msgtype=response" if http else mime, length)
    record = parse_chunk(head.encode("latin-1", "replace") + block + b"\r\n\r\n", source)
    return record or Record(source, fault="unreadable_record", metadata={"size": length})


def _iso(date: str) -> str:
    padded = date.ljust(14, "0")
    return f"{padded[:4]}-{padded[4:6]}-{padded[6:8]}T{padded[8:10]}:{padded[10:12]}:{padded[12:14]}Z"
