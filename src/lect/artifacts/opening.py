"""Opening text files: compression, encodings, and the errors a user meets first."""

import glob
import gzip
import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lect.artifacts.errors import LectError

_CHUNK = 1 << 20


def find_files(source: str | Path) -> list[Path]:
    """Return the files that a path or a glob names, sorted; a folder stands for the text files directly in it."""
    if len(Path(source).name.encode("utf-8", "surrogatepass")) > 255 or "\n" in str(source) or "\0" in str(source):
        raise LectError(
            f"{str(source)[:60]!r}… is no file name. One string names a file; pass text itself as a list of strings."
        )
    path = Path(source)
    if path.is_file():
        return [path]
    if path.is_dir():
        files = sorted(p for p in path.iterdir() if p.is_file() and format_of(p) != "")
        if not files:
            raise LectError(
                f"the folder {path} holds no text file (.txt, .tsv, .jsonl, .conllu, each also .gz, or .parquet)"
            )
        return files
    if any(mark in str(source) for mark in "*?["):
        files = sorted(Path(p) for p in glob.glob(str(source), recursive=True) if Path(p).is_file())
        if files:
            return files
        raise LectError(f"no file matches the pattern {str(source)!r}")
    near = ""
    if path.parent.is_dir():
        import difflib

        names = difflib.get_close_matches(path.name, [p.name for p in path.parent.iterdir()], n=3)
        near = f" Near matches there: {', '.join(names)}." if names else ""
    raise LectError(f"there is no file {str(source)!r} (looked from {Path.cwd()}).{near}")


def format_of(path: Path) -> str:
    """Return the format that the file name says: text, jsonl, parquet, conllu, tsv, or '' where it says nothing."""
    name = path.name.removesuffix(".gz").lower()
    endings = {
        ".txt": "text", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet", ".conllu": "conllu", ".conll": "conllu", ".tsv": "tsv",
    }  # fmt: skip
    return endings.get(Path(name).suffix, "")


def _open(path: Path) -> Any:
    return gzip.open(path, "rb") if path.name.endswith(".gz") else path.open("rb")


def read_lines(path: Path, encoding: str = "utf-8") -> Iterator[str]:
    """Yield the lines of a text file without their line ends; a wrong encoding or a binary file is an error that says where."""
    try:
        with _open(path) as file:
            for number, raw in enumerate(file, start=1):
                if number == 1:
                    raw = raw.removeprefix(b"\xef\xbb\xbf")
                    _refuse_binary(path, raw)
                try:
                    yield raw.decode(encoding).rstrip("\r\n")
                except UnicodeDecodeError as error:
                    raise LectError(_encoding_message(path, number, raw, error)) from None
    except LookupError:
        raise LectError(
            f"there is no encoding {encoding!r}; expected a name such as 'utf-8', 'latin-1' or 'cp1251'"
        ) from None
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise LectError(f"{path} ends in .gz but cannot be unpacked ({error}); fetch or compress it again") from None
    except PermissionError:
        raise _denied(path) from None


def _denied(path: Path) -> LectError:
    return LectError(f"{path} may not be read: permission denied. Change its permissions, or copy it.")


def _refuse_binary(path: Path, raw: bytes) -> None:
    head = raw[:4096]
    known = {
        b"PK\x03\x04": "a zip archive",
        b"%PDF": "a PDF",
        b"\x89PNG": "a picture",
        b"\x1f\x8b": "gzip data: name it .gz",
        b"PAR1": "parquet: name it .parquet",
    }
    for magic, what in known.items():
        if head.startswith(magic):
            raise LectError(f"{path} is not text but {what}. Expected UTF-8 text, JSONL, parquet or CoNLL-U.")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise LectError(f"{path} is UTF-16; expected UTF-8. Convert it: iconv -f UTF-16 -t UTF-8 {path.name}")
    if b"\x00" in head:
        raise LectError(f"{path} is a binary file (it has zero bytes). Expected UTF-8 text, JSONL, parquet or CoNLL-U.")


def _encoding_message(path: Path, number: int, raw: bytes, error: UnicodeDecodeError) -> str:
    if b"\x00" in raw or sum(byte < 9 or 13 < byte < 32 for byte in raw) > len(raw) // 20:
        return f"{path} is a binary file (line {number}). Expected UTF-8 text, JSONL, parquet or CoNLL-U."
    shown = raw[max(0, error.start - 20) : error.start + 20].decode("latin-1")
    return (
        f"{path} is not UTF-8: line {number}, byte {error.start + 1} of the line. Read as Latin-1 it says {shown!r}. "
        f"If that looks right, convert the file (iconv -f ISO-8859-1 -t UTF-8 {path.name} > utf8.txt) or pass encoding='latin-1'."
    )


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except PermissionError:
        raise _denied(path) from None
    return digest.hexdigest()


def combined_hash(*parts: str) -> str:
    """Return the SHA-256 of several strings, unambiguous about where each ends."""
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass")
        digest.update(len(raw).to_bytes(8, "big"))
        digest.update(raw)
    return digest.hexdigest()
