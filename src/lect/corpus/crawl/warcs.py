"""WARC files: read by fastwarc while they are sound, and record by record around the damage where they are not."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lect.artifacts.extras import need
from lect.corpus.crawl.records import LIMIT, Record
from lect.corpus.crawl.responses import Response, fill_in
from lect.corpus.crawl.salvaging import split_warc

_DOCUMENTS = {"response", "resource", "conversion", "revisit"}
_SAID = {"truncated": "warc-truncated", "language": "warc-identified-content-language"}
_INCREDIBLE = 100 * LIMIT  # a claimed length that is checked against what follows before it is believed


class _Damaged(Exception):  # noqa: N818 - a signal between the two readers, never seen outside
    """The record is not what its header says."""


def read_warc(path: Path) -> Iterator[Record]:
    """Yield the responses, resources, conversions and revisits of a WARC file (plain, gzip or zstd).

    A record is held back until the next one is found where its length says. At the first that is not, the file is read
    anew from there by `salvaging.split_warc`, which trusts no length, so that nothing behind the damage is lost.
    """
    warc = _warc()
    sound = 0
    held: Record | None = None
    try:
        for raw in warc.ArchiveIterator(str(path), fsspec_args=False, buffer_size=1 << 18):
            if held is not None:
                yield held
            sound += 1  # the one before this is in order
            held = _read_record(raw, path.name)
    except (OSError, _Damaged):
        # The record at which it stopped is number `sound`; whether it or the next is damaged, only the splitter can say.
        yield from _salvage(path, max(0, sound - 1))
        return
    if held is not None:
        yield held


def _warc() -> Any:
    return need("fastwarc.warc", extra="corpus", for_="reading WARC files")


def _salvage(path: Path, known: int) -> Iterator[Record]:
    """Yield the records of a damaged file from number `known` on, those that cannot be read as faults."""
    for number, (offset, chunk, fault, size) in enumerate(split_warc(path)):
        if number >= known:
            record = parse_chunk(chunk, path.name) if chunk and not fault else Record(path.name, fault=fault)
            if record is not None:
                record.offset = offset
                record.metadata |= {"size": size} if fault else {}
                yield record


def parse_chunk(chunk: bytes, source: str) -> Record | None:
    """Return the record of the bytes of one WARC record, None where it is no document (a request, say)."""
    try:
        for raw in _warc().ArchiveIterator(io.BytesIO(chunk)):
            return _read_record(raw, source)
    except (OSError, _Damaged):
        pass
    return Record(source, fault="unreadable_record", metadata={"size": len(chunk)})


def _read_record(raw: Any, source: str) -> Record | None:
    length, said = raw.content_length, _headers(raw.headers)
    if length > _INCREDIBLE or "content-length" not in said:  # without it, the file ends in this header
        raise _Damaged
    kind = said.get("warc-type", "")
    if kind not in _DOCUMENTS:
        if raw.reader.consume() != length:
            raise _Damaged
        return None
    url = said.get("warc-target-uri", "").strip("<> ")
    record = Record(source, raw.stream_pos, url, said.get("warc-date", ""))
    payload = _payload(raw, length)
    if kind == "revisit":
        record.fault = "revisit"
        return record
    if length > LIMIT:
        record.fault, record.metadata["size"] = "too_large", length
        return record
    for name, header in _SAID.items():
        if header in said:
            record.metadata[name] = said[header]
    if not raw.is_http_parsed:
        return fill_in(record, Response(payload, said.get("content-type", "")))
    return fill_in(record, _response(payload, raw.http_headers))


def _headers(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _response(payload: bytes, http: Any) -> Response:
    get = _headers(http).get
    return Response(
        payload,
        get("content-type", ""),
        http.status_code or 0,
        get("content-encoding", ""),
        get("transfer-encoding", ""),
        {"x_robots_tag": get("x-robots-tag", ""), "content_language": get("content-language", "")},
    )


def _payload(raw: Any, length: int) -> bytes:
    """Return the payload, or of one that is too large its beginning; raise where it is not as long as it says."""
    payload: bytes = raw.reader.read(min(length, LIMIT))
    left = length - len(payload)
    if left and raw.reader.consume() != left:
        raise _Damaged
    return payload
