"""WARC reading: lect's records, which are checked and survive damage, beside bare fastwarc (and warcio, where it is).

All read the same file, every page of `../shared/data/web_pages` over and over as response records, and take the URL,
the date, the content type and the payload of each. CPU seconds of one thread in one process, in turns, the best of
`--repeats`. Goal: at least 0.9 times the speed of fastwarc. Run it with

    python benchmarks/corpus_reading.py [--megabytes 60] [--peers PYTHON]

Measured (Python 3.11.7, fastwarc 2.0.1, two busy cores; MB/s of payload, two runs):

    pages.warc.gz    lect 757 and 765    fastwarc 805 and 798    ratio 0.94 and 0.96
    pages.warc       lect 4268 and 4196  fastwarc 5553 and 5460  ratio 0.77 and 0.77: not reached, 14 us a page for 11
"""

import argparse
import gzip
import json
import os
import platform
import subprocess
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from lect.corpus.crawl.archives import read_records

WARCIO = """
import sys, time
from warcio.archiveiterator import ArchiveIterator
start, pages, size = time.process_time(), 0, 0
with open(sys.argv[1], "rb") as file:
    for record in ArchiveIterator(file):
        if record.rec_type == "response":
            record.rec_headers.get_header("WARC-Target-URI"), record.http_headers.get_header("Content-Type")
            size += len(record.content_stream().read())
            pages += 1
print(time.process_time() - start, pages, size)
"""


def make(folder, shared, megabytes, packed):
    """Write a WARC of so many megabytes (before packing) and return its path."""
    pages = [gzip.decompress(path.read_bytes()) for path in sorted((shared / "web_pages" / "html").glob("*.gz"))]
    path, written, number = folder / f"pages.warc{'.gz' if packed else ''}", 0, 0
    with path.open("wb") as file:
        while written < megabytes * 1e6:
            block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + pages[number % len(pages)]
            head = (
                f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{number}>\r\nWARC-Date: 2026-11-22T00:00:00Z\r\n"
                f"WARC-Target-URI: https://a.fo/{number}\r\nContent-Type: application/http; msgtype=response\r\n"
                f"Content-Length: {len(block)}\r\n\r\n"
            )
            record = head.encode() + block + b"\r\n\r\n"
            file.write(gzip.compress(record) if packed else record)
            written, number = written + len(record), number + 1
    return path


def with_lect(path):
    """Read with lect; return pages and bytes."""
    pages = size = 0
    for record in read_records(path):
        pages, size = pages + (not record.fault), size + len(record.payload)
    return pages, size


def with_fastwarc(path):
    """Read with fastwarc alone; return pages and bytes."""
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    pages = size = 0
    for record in ArchiveIterator(str(path), record_types=WarcRecordType.response, fsspec_args=False):
        record.headers.get("WARC-Target-URI"), record.headers.get("WARC-Date"), record.http_content_type
        payload = record.reader.read()
        pages, size = pages + 1, size + len(payload)
    return pages, size


def main():
    """Print the speeds and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--megabytes", type=float, default=60)
    parser.add_argument("--repeats", type=int, default=4)
    parser.add_argument("--peers", default=os.environ.get("LECT_PEERS"), help="a Python that has warcio")
    args = parser.parse_args()
    shared = Path(os.environ.get("LECT_SHARED_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
    print(f"Python {platform.python_version()}, {platform.machine()}, fastwarc {version('fastwarc')}")
    for packed in (True, False):
        with tempfile.TemporaryDirectory() as folder:
            path = make(Path(folder), shared, args.megabytes, packed)
            seconds, found = {}, {}
            for _ in range(args.repeats):
                for name, reader in (("lect", with_lect), ("fastwarc", with_fastwarc)):
                    start = time.process_time()
                    found[name] = reader(path)
                    seconds[name] = min(seconds.get(name, 1e9), time.process_time() - start)
            if args.peers:
                ran = subprocess.run([args.peers, "-c", WARCIO, path], capture_output=True, text=True, check=True)
                took, pages, size = map(float, ran.stdout.split())
                seconds["warcio"], found["warcio"] = took, (int(pages), int(size))
            assert len(set(found.values())) == 1, found
            pages, size = found["lect"]
            speeds = {name: round(size / 1e6 / took) for name, took in seconds.items()}
            print(path.name, f"{pages} pages, {size / 1e6:.0f} MB; MB/s:", json.dumps(speeds), end="; ")
            print(f"lect / fastwarc = {seconds['fastwarc'] / seconds['lect']:.2f} (goal 0.9)")


if __name__ == "__main__":
    main()
