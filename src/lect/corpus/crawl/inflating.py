"""The bytes of a file, unpacked where it is compressed, past damage and without ever unpacking a bomb."""

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

PIECE = 1 << 18
BREAK = b"\r\n\r\n"
"""What stands in for a damaged stretch, so that the line or record before it is not glued to the one after it."""
_MAGIC = b"\x1f\x8b\x08"
_GZIP = 31  # zlib: a gzip header, the largest window
_TRUSTED = 1 << 26  # bytes of a gzip member that may be unpacked whatever their ratio
_RATIO = 200  # text shrinks to a fifth, rarely to a fiftieth; deflate's limit is 1032
_CODECS = {b"\x28\xb5\x2f\xfd": "zstd", b"BZh": "bz2"}


def read_pieces(path: Path, damage: list[str]) -> Iterator[bytes]:
    """Yield the unpacked bytes of a plain, gzip, zstd or bzip2 file in pieces; every damage adds its reason to `damage`.

    After a damaged gzip member (`damaged_gzip`) or one that unpacks to more than 200 times its size and 64 MB
    (`compression_bomb`) reading goes on at the next member; a file that ends within one is a `truncated_file`.
    """
    with path.open("rb") as file:
        head = file.read(4)
        file.seek(0)
        if head.startswith(_MAGIC[:2]):
            yield from _inflate(file, damage)
            return
        codec = next((name for magic, name in _CODECS.items() if head.startswith(magic)), None)
        if codec is None:
            yield from iter(lambda: file.read(PIECE), b"")
            return
    yield from _decode(path, codec, damage)


def _decode(path: Path, codec: str, damage: list[str]) -> Iterator[bytes]:
    import pyarrow

    try:
        with pyarrow.input_stream(str(path), compression=codec) as stream:
            yield from iter(lambda: stream.read(PIECE), b"")
    except OSError:
        damage.append("truncated_file")


def _inflate(file: BinaryIO, damage: list[str]) -> Iterator[bytes]:
    """Unpack member after member; `data` is what was read and not yet unpacked.

    A damaged member may run on into the next ones, unnoticed: the search for the next goes back to where the damaged one
    began, or to the last bytes that were read.
    """
    data = file.read(PIECE)
    while data:
        member, origin = _Member(), data
        while not member.ended and data:
            piece, data = member.unpack(data)
            if piece:
                yield piece
            if not data and not member.ended:
                data = file.read(PIECE)
                origin = data or origin
        if member.ended == "whole":
            data = data.lstrip(b"\0") or file.read(PIECE)  # some writers pad between members
            continue
        damage.append(member.ended or "truncated_file")
        yield BREAK
        data = _next_member(origin, file)


class _Member:
    """One gzip member while it is unpacked: `ended` is "" until it is "whole", or the reason why it is not."""

    def __init__(self) -> None:
        self._inflater: Any = zlib.decompressobj(_GZIP)
        self._fed = self._made = 0
        self.ended = ""

    def unpack(self, data: bytes) -> tuple[bytes, bytes]:
        """Return the next bytes of the member and what is left of `data`."""
        try:
            piece = self._inflater.decompress(data, PIECE)
        except zlib.error:
            self.ended = "damaged_gzip"
            return b"", data
        left = self._inflater.unused_data if self._inflater.eof else self._inflater.unconsumed_tail
        self._fed += len(data) - len(left)
        self._made += len(piece)
        if self._inflater.eof:
            self.ended = "whole"
        elif self._made > max(_TRUSTED, _RATIO * self._fed):
            self.ended = "compression_bomb"
            return b"", data
        return piece, left


def _next_member(data: bytes, file: BinaryIO) -> bytes:
    """Return the bytes from the next thing on that looks like the header of a gzip member, after the first byte."""
    data = data[1:]
    while True:
        at = data.find(_MAGIC)
        while at >= 0:
            if len(data) > at + 3 and not data[at + 3] & 0xE0:  # three flag bits are reserved, and zero
                return data[at:]
            at = data.find(_MAGIC, at + 1)
        more = file.read(PIECE)
        if not more:
            return b""
        data = data[-3:] + more
