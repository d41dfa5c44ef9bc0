"""WARC records made by hand, so that they can be damaged by hand."""

import gzip

import pytest

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"


def warc_record(url, body, *, head=HEAD, length=None, kind=b"response"):
    block = head + body
    size = len(block) if length is None else length
    return (
        b"WARC/1.0\r\nWARC-Type: %s\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Date: 2020-01-01T00:00:00Z\r\n"
        b"WARC-Target-URI: %s\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n"
    ) % (kind, url.encode(), size, block)


@pytest.fixture
def warc():
    """Return `warc(url, body, head=, length=, kind=)`: the bytes of a WARC record, `length` instead of the true one."""
    return warc_record


@pytest.fixture
def trio():
    """Return three pages: their records, and the texts of their payloads."""
    bodies = [b"<html>%d " % number + bytes(97 + (7 * i + number) % 26 for i in range(400)) for number in range(3)]
    return [warc_record(f"http://a.fo/{number}", body) for number, body in enumerate(bodies)], bodies


@pytest.fixture
def packed():
    """Return how records become the bytes of a file: as they are, each a gzip member, or all in one."""
    return {
        "plain": b"".join,
        "members": lambda records: b"".join(gzip.compress(record, 1) for record in records),
        "one": lambda records: gzip.compress(b"".join(records), 1),
    }
