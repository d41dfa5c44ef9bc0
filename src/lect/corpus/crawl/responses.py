"""What a server answered: unpacked from its HTTP encodings, and told apart as a page, plain text, or why it is neither."""

import io
import re
import zlib
from dataclasses import dataclass, field
from typing import Any

from lect.artifacts.extras import need
from lect.corpus.crawl.encodings import decode
from lect.corpus.crawl.records import LIMIT, Record

_PAGES = {"text/html", "application/xhtml+xml"}
_UNSAID = {"", "application/octet-stream", "unk", "no-type", "application/unknown"}
_OPENING = re.compile(rb"(?i)\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.DOTALL)
_ZLIB = {"gzip": 47, "x-gzip": 47, "deflate": 47}  # zlib: gzip or zlib headers, whichever is there
_READERS = {"br": "BrotliReader", "zstd": "ZstdReader", "chunked": "ChunkedReader"}
_ROBOTS = re.compile(r"(?i)https?://[^/?#]+/robots\.txt(?:[?#]|$)")


@dataclass(slots=True)
class Response:
    """A payload as it was sent, and what its headers say; `status` 0: it did not come over HTTP."""

    payload: bytes
    content_type: str = ""
    status: int = 0
    content_encoding: str = ""
    transfer_encoding: str = ""
    said: dict[str, str] = field(default_factory=dict)


def fill_in(record: Record, response: Response) -> Record:
    """Return the record with what a response holds, or with the fault that says why it is no document.

    Faults: `too_large`, `http_error` (a status that is not 2xx), `robots_file` (its payload is kept, for `Robots`),
    `not_html` and `empty`. An encoding that the headers name and the payload does not have is passed over.
    """
    mime, _, parameters = response.content_type.lower().partition(";")
    mime = mime.strip()
    said: dict[str, Any] = {"content_type": mime, "charset": _charset(parameters), "status": response.status}
    record.metadata |= {name: value for name, value in (said | response.said).items() if value}
    payload = _unpack(response)
    if len(payload) > LIMIT:
        record.metadata["size"] = max(len(payload), len(response.payload))
        record.fault = "too_large"
    elif _ROBOTS.match(record.url):
        record.kind, record.payload, record.fault = "robots", payload, "robots_file"
    elif response.status and not 200 <= response.status < 300:
        record.metadata["size"] = len(payload)
        record.fault = "http_error"
    else:
        _sort(record, payload, mime)
    return record


def looks_like_page(payload: bytes) -> bool:
    """Whether bytes begin as an HTML page does."""
    return _OPENING.match(payload[:2000].removeprefix(b"\xef\xbb\xbf")) is not None


def _sort(record: Record, payload: bytes, mime: str) -> None:
    record.kind = "html" if mime in _PAGES or (mime in _UNSAID and looks_like_page(payload)) else ""
    if not payload or payload.isspace():
        record.fault = "empty"
    elif record.kind:
        record.payload = payload
    elif mime == "text/plain":
        record.kind, record.text = "text", decode(payload, charset=record.metadata.get("charset", ""))
    else:
        record.metadata["size"] = len(payload)
        record.fault = "not_html"


def _charset(parameters: str) -> str:
    found = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", parameters)
    return found[1] if found else ""


def _unpack(response: Response) -> bytes:
    """Undo the transfer encoding and then the content encodings, the last first; stop beyond the limit."""
    payload = response.payload
    if not (response.content_encoding or response.transfer_encoding):
        return payload
    encodings = [*response.content_encoding.lower().split(","), *response.transfer_encoding.lower().split(",")]
    for encoding in reversed([name.strip() for name in encodings]):
        if len(payload) <= LIMIT and (encoding in _ZLIB or encoding in _READERS):
            payload = _undo(payload, encoding)
    return payload


def _undo(payload: bytes, encoding: str) -> bytes:
    try:
        if encoding in _ZLIB:
            return zlib.decompressobj(_ZLIB[encoding]).decompress(payload, LIMIT + 1)
        streams = need("fastwarc.stream_io", extra="corpus", for_=f"undoing the HTTP encoding {encoding}")
        unpacked: bytes = getattr(streams, _READERS[encoding])(io.BytesIO(payload)).read(LIMIT + 1)
    except (zlib.error, OSError):
        return payload  # not so encoded: a crawler had already undone it
    return unpacked
