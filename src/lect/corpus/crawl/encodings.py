"""Bytes as text: by byte order mark, by UTF-8's own proof, by what header and page say, and last by a detector."""

import codecs
import re

from lect.artifacts.extras import need

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
          (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
_META = re.compile(rb"""<(?:meta|\?xml)\b[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_HEAD = 4096  # bytes in which a page names its encoding; the standard says 1024, pages do not keep to it
_SHIFTS = b"\x1b"  # ISO-2022: ASCII bytes that are not ASCII
_STRAY = re.compile("[\udc80-\udcff]+")
_FOREIGN = 0.2  # the share of broken bytes among all beyond ASCII up to which a text is UTF-8 with some damage


def decode(raw: bytes, *, charset: str = "") -> str:
    """Return bytes as text; `charset` is what an HTTP header says.

    A byte order mark decides; else UTF-8 where the bytes are valid UTF-8 (which other text hardly ever is by chance);
    else the first of the header's charset, the page's own and the one that resiliparse detects that decodes every
    byte. UTF-8 in which at most a fifth of what is beyond ASCII is broken stays UTF-8: stray bytes are read as Windows-1252.

    >>> decode("Føroyar".encode("latin-1"), charset="iso-8859-1"), decode("Føroyar".encode())
    ('Føroyar', 'Føroyar')
    """
    for mark, name in _MARKS:
        if raw.startswith(mark) and not (name == "utf-32" and len(raw) % 4):
            return raw.decode(name, "replace").removeprefix("\ufeff")
    if _SHIFTS not in raw:
        try:
            return _unspaced(raw).decode("utf-8")
        except UnicodeDecodeError:
            pass
    named = _META.search(raw[:_HEAD])
    for name in (charset, named[1].decode() if named else ""):
        text = _strictly(raw, name)
        if text is not None:
            return text
    return _damaged_utf8(raw) or _detected(raw)


def guess_charset(raw: bytes) -> str:
    """Return the encoding of the beginning of a file as resiliparse detects it, "" where it is UTF-8.

    >>> guess_charset("Góðan morgun".encode())
    ''
    """
    if _damaged_utf8(raw) or not raw:
        return ""
    encoding = need("resiliparse.parse.encoding", extra="corpus", for_="detecting encodings")
    return encoding.detect_encoding(raw) or ""


def _unspaced(raw: bytes) -> bytes:
    """Return UTF-16 without a mark as UTF-8: of Latin text every second byte is zero."""
    head = raw[:1000]
    if b"\0" in head and head.count(b"\0") * 5 > len(head) * 2 and len(raw) % 2 == 0:
        order = "utf-16-be" if head[0::2].count(b"\0") > head[1::2].count(b"\0") else "utf-16-le"
        return raw.decode(order, "replace").encode("utf-8", "replace")
    return raw


def _strictly(raw: bytes, name: str) -> str | None:
    """Decode with a named encoding, as browsers understand the name; None where that is impossible."""
    if not name:
        return None
    encoding = need("resiliparse.parse.encoding", extra="corpus", for_="detecting encodings")
    try:
        return raw.decode(encoding.map_encoding_to_html5(name) or name)
    except (LookupError, UnicodeError):
        return None


def _damaged_utf8(raw: bytes) -> str:
    text = raw.decode("utf-8", "surrogateescape")
    strays = sum(len(found[0]) for found in _STRAY.finditer(text))
    beyond = sum(character > "\x7f" for character in text)
    if strays > _FOREIGN * beyond:
        return ""
    return _STRAY.sub(lambda found: _windows(found[0].encode("utf-8", "surrogateescape")), text)


def _windows(raw: bytes) -> str:
    return raw.decode("cp1252", "replace")


def _detected(raw: bytes) -> str:
    text = _strictly(raw, guess_charset(raw))
    return _windows(raw) if text is None else text
