"""Reading what is sound, and past all that is not: nothing lost behind the damage, nothing uncounted, bounded memory."""

import ast
import gzip
import json
import os
import subprocess
import sys
import zlib

import pyarrow
import pyarrow.parquet
import pytest

from lect.artifacts.errors import LectError
from lect.corpus.crawl import inflating
from lect.corpus.crawl.archives import find_archives, read_records
from lect.corpus.crawl.records import LIMIT


def read(path, **options):
    return list(read_records(path, **options))


def write(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data)
    return path


def good(records):
    return [record.payload for record in records if not record.fault]


@pytest.mark.parametrize("pack", ["plain", "members", "one"])
def test_a_sound_warc_gives_its_pages_with_url_date_and_offset(tmp_path, trio, packed, pack):
    records, bodies = trio
    found = read(write(tmp_path, "a.warc.gz", packed[pack](records)))
    assert good(found) == bodies
    assert [record.url for record in found] == [f"http://a.fo/{number}" for number in range(3)]
    assert {(record.source, record.date, record.kind, record.fault) for record in found} == {
        ("a.warc.gz", "2020-01-01T00:00:00Z", "html", "")
    }
    if pack == "plain":
        assert [record.offset for record in found] == [0, len(records[0]), len(records[0] + records[1])]


@pytest.mark.parametrize("pack", ["plain", "members", "one"])
@pytest.mark.parametrize("length", [0, 60, 463, 465, 500, 700, 10**6, 10**9, 10**14])
def test_a_wrong_length_costs_its_own_record_and_no_other(tmp_path, trio, packed, warc, pack, length):
    records, bodies = trio
    records[1] = warc("http://a.fo/1", bodies[1], length=length)
    found = read(write(tmp_path, "a.warc", packed[pack](records)))
    assert good(found) == [bodies[0], bodies[2]]
    assert [record.fault for record in found] == ["", "unreadable_record", ""]


@pytest.mark.parametrize("kind", [b"request", b"warcinfo"])
def test_a_wrong_length_of_what_is_no_page_swallows_no_page(tmp_path, trio, packed, warc, kind):
    records, bodies = trio
    for length in (500, 10**6):
        records[1] = warc("http://a.fo/1", b"x" * 300, length=length, kind=kind)
        for pack in packed.values():
            assert good(read(write(tmp_path, "a.warc", pack(records)))) == [bodies[0], bodies[2]]


@pytest.mark.parametrize("pack", ["plain", "members", "one"])
def test_wherever_a_warc_is_cut_the_whole_records_are_read_and_the_rest_is_counted(tmp_path, trio, packed, pack):
    records, bodies = trio
    whole = packed[pack](records)
    third = len(packed[pack](records[:2])) if pack != "one" else len(whole) - 100
    for cut in range(third + 9, len(whole) - 5, 23):
        found = read(write(tmp_path, "a.warc", whole[:cut]))
        assert good(found)[: 2 if pack != "one" else 0] == bodies[: 2 if pack != "one" else 0]
        assert set(good(found)) <= set(bodies)
        assert len(good(found)) == 3 or found[-1].fault in ("truncated_file", "unreadable_record"), cut


def test_a_damaged_gzip_member_costs_only_itself_wherever_the_damage_is(tmp_path, trio):
    records, bodies = trio
    members = [gzip.compress(record) for record in records]
    for at in range(0, len(members[1]), 3):
        damaged = bytearray(members[1])
        damaged[at] ^= 0xFF
        found = read(write(tmp_path, "a.warc.gz", members[0] + bytes(damaged) + members[2]))
        assert good(found)[0] == bodies[0]
        assert good(found)[-1] == bodies[2], at
        assert len(good(found)) == 3 or any(record.fault for record in found), at


def test_http_encodings_are_undone_and_false_claims_passed_over(tmp_path, warc):
    page = "<html>Góðan morgun".encode()
    said = [
        (b"Content-Encoding: gzip", gzip.compress(page)),
        (b"Content-Encoding: deflate", zlib.compress(page)),
        (
            b"Transfer-Encoding: chunked",
            b"5\r\n" + page[:5] + b"\r\n%x\r\n" % len(page[5:]) + page[5:] + b"\r\n0\r\n\r\n",
        ),
        (b"Content-Encoding: gzip", page),
        (b"Transfer-Encoding: chunked", page),
        (b"Content-Encoding: br", page),
    ]
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n%s\r\n\r\n"
    records = [warc(f"http://a.fo/{n}", body, head=head % line) for n, (line, body) in enumerate(said)]
    assert good(read(write(tmp_path, "a.warc", b"".join(records)))) == [page] * len(said)


def test_what_is_no_page_has_its_reason_and_what_it_says_is_kept(tmp_path, warc):
    ok = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\n%s\r\n"
    records = [
        warc("http://a.fo/404", b"<html>no", head=b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n"),
        warc("http://a.fo/pdf", b"%PDF", head=ok % (b"application/pdf", b"")),
        warc("http://a.fo/robots.txt", b"User-agent: *", head=ok % (b"text/plain", b"")),
        warc("http://a.fo/again", b"", kind=b"revisit"),
        warc("http://a.fo/empty", b" \n", head=ok % (b"text/html", b"")),
        warc("http://a.fo/text", "Hey ð".encode("latin-1"), head=ok % (b"text/plain; charset=latin1", b"")),
        warc("http://a.fo/none", b"<!-- x --><!DOCTYPE html><p>Hey", head=ok % (b"", b"X-Robots-Tag: noai\r\n")),
        warc("http://a.fo/ask", b"GET", kind=b"request"),
    ]
    found = {record.url.rpartition("/")[2]: record for record in read(write(tmp_path, "a.warc", b"".join(records)))}
    assert {name: record.fault for name, record in found.items()} == {
        "404": "http_error", "pdf": "not_html", "robots.txt": "robots_file", "again": "revisit", "empty": "empty",
        "text": "", "none": "",
    }  # fmt: skip
    assert found["404"].metadata["status"] == 404
    assert found["text"].text == "Hey ð"
    assert (found["none"].kind, found["none"].metadata["x_robots_tag"]) == ("html", "noai")


def test_a_page_beyond_the_limit_is_counted_with_its_size_and_the_next_one_read(tmp_path, warc, packed):
    bomb = gzip.compress(b"<html>" + b"0" * 15_000_000, 1)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n%s\r\n"
    records = [
        warc("http://a.fo/big", b"<html>" + b"y" * (LIMIT + 5), head=head % b""),
        warc("http://a.fo/bomb", bomb, head=head % b"Content-Encoding: gzip\r\n"),
        warc("http://a.fo/small", b"<html>Hey"),
    ]
    for pack in ("plain", "members"):
        found = read(write(tmp_path, "a.warc", packed[pack](records)))
        assert [record.fault for record in found] == ["too_large", "too_large", ""]
        assert all(record.size > LIMIT and not record.payload for record in found[:2])
    damaged = b"".join([*records, b"junk\r\n" * 9, records[2]])
    assert [record.fault for record in read(write(tmp_path, "a.warc", damaged))] == [
        "too_large", "too_large", "", "unreadable_record", "",
    ]  # fmt: skip


def test_arc_files_are_read_past_a_wrong_length(tmp_path):
    def arc(url, body, length=None):
        block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
        return b"%s 1.2.3.4 20140216050221 text/html %d\n%s\n" % (url, length or len(block), block)

    first = b"filedesc://x.arc 0.0.0.0 20140216050221 text/plain 5\n1 0 X\n\n"
    pages = [b"<html>0", b"<html>1", b"<html>2"]
    for length in (None, 20, 150, 10**9):
        middle = arc(b"http://a.fo/1", pages[1], length)
        data = first + arc(b"http://a.fo/0", pages[0]) + middle + arc(b"http://a.fo/2", pages[2])
        for form in (data, gzip.compress(data)):
            found = read(write(tmp_path, "x.arc.gz", form))
            assert good(found)[0] == pages[0]
            assert good(found)[-1] == pages[2] or length == 10**9
            assert found[0].date == "2014-02-16T05:02:21Z"
            assert bool([record for record in found if record.fault]) == (length is not None)


def test_jsonl_is_read_past_damaged_lines(tmp_path):
    lines = [
        b'{"text": "Hey", "url": "http://a.fo", "date": "2020-01-02", "license": "CC0"}', b'{"text": "cut', b"[1]", b"", b"\x00\x00",
        b'{"other": 1}', b'{"text": 7}', b'{"text": null}', b"[" * 5000, b'{"text": "\\ud800 lone"}',
        '{"text": "l\xf8tin"}'.encode("latin-1"), b'{"text": "last"}',
    ]  # fmt: skip
    for name, data in (("a.jsonl", b"\n".join(lines)), ("a.jsonl.gz", gzip.compress(b"\r\n".join(lines)))):
        found = read(write(tmp_path, name, data))
        assert [record.fault for record in found] == [
            "", "bad_json", "no_text", "bad_json", "no_text", "no_text", "empty", "bad_json", "", "", "",
        ]  # fmt: skip
        assert [record.text for record in found if not record.fault] == ["Hey", "\ud800 lone", "løtin", "last"]
        assert (found[0].url, found[0].date, found[0].metadata) == ("http://a.fo", "2020-01-02", {"license": "CC0"})
        assert all(record.size > 0 for record in found)


def test_truncated_and_bombed_gzip_keep_what_came_before(tmp_path, monkeypatch):
    monkeypatch.setattr(inflating, "_TRUSTED", 1 << 20)
    rows = b"".join(json.dumps({"text": f"line {os.urandom(20).hex()}"}).encode() + b"\n" for _ in range(500))
    found = read(write(tmp_path, "a.jsonl.gz", gzip.compress(rows)[:-3000]))
    assert found[-1].fault == "truncated_file"
    assert len([record for record in found if not record.fault]) > 300
    bomb = gzip.compress(b"\n" * 100 + b"0" * 5_000_000, 1)
    found = read(write(tmp_path, "b.jsonl.gz", gzip.compress(rows) + bomb + gzip.compress(rows)))
    assert sorted({record.fault for record in found}) == ["", "bad_json", "compression_bomb"]
    assert len([record for record in found if not record.fault]) == 1000


def test_plain_text_is_cut_as_read_cuts_it_and_binary_is_named(tmp_path):
    found = read(write(tmp_path, "a.txt", b"one\ntwo\n\n\nthree\r\n"))
    assert [record.text for record in found] == ["one\ntwo", "three"]
    assert [record.offset for record in found] == [0, 10]
    assert [record.text for record in read(write(tmp_path, "b.txt", b"one\nit is two\x00 lines\n"))][
        1
    ] == "it is two\x00 lines"
    assert read(write(tmp_path, "d", b"%PDF-1.7"))[0].fault == "unknown_format"
    assert read(write(tmp_path, "e", b"\x00\x01" * 500))[0].fault == "binary_data"
    assert read(write(tmp_path, "f.txt", "Góðan".encode("utf-16")))[0].text == "Góðan"


def test_a_file_is_read_in_one_encoding_however_short_its_lines(tmp_path):
    lines = ["Все люди рождаются свободными и равными в своём достоинстве и правах.", "Да", "Ёж", "и мы"]
    found = read(write(tmp_path, "a.txt", "\n".join(lines).encode("koi8-r")))
    assert [record.text for record in found] == lines


def test_one_file_among_thousands_that_cannot_be_read_is_a_fault(tmp_path):
    for number in range(20):
        write(tmp_path, f"{number:02}.html", b"<html>%d" % number)
    (tmp_path / "05.html").unlink()
    (tmp_path / "05.html").symlink_to(tmp_path / "x" / "gone")
    (tmp_path / "sub").mkdir()
    write(tmp_path / "sub", "broken.parquet", b"PAR1 nonsense")
    write(tmp_path / "sub", "late.html.gz", gzip.compress(b"<html>late"))
    found = read(tmp_path)
    assert len(good(found)) == 20
    assert [record.fault for record in found if record.fault] == ["unreadable_file"]
    with pytest.raises(LectError, match="no file"):
        find_archives(tmp_path / "nothing*")


def test_parquet_rows_become_records_and_a_row_without_text_a_fault(tmp_path):
    table = pyarrow.table({"content": ["Hey", None, "Far væl"], "url": ["u", "v", None], "n": [1, 2, 3]})
    pyarrow.parquet.write_table(table, tmp_path / "a.parquet")
    found = read(tmp_path / "a.parquet", column="content")
    assert [(record.text, record.url, record.fault) for record in found] == [
        ("Hey", "u", ""), ("", "v", "empty"), ("Far væl", "", ""),
    ]  # fmt: skip
    assert [record.fault for record in read(tmp_path / "a.parquet")] == ["no_text"] * 3


MEMORY = """
import resource, sys
from lect.corpus.crawl import inflating
from lect.corpus.crawl.archives import read_records
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print([(record.source, record.size) for path in sys.argv[1:] for record in read_records(path) if record.fault == "too_large"])
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1000)
"""


def test_a_huge_line_or_page_never_lies_in_memory(tmp_path):
    names = ["line.jsonl", "line.txt", "page.html"]
    for name in names:
        with (tmp_path / name).open("wb") as file:
            file.write(b"<html>" if "html" in name else b"x")
            file.seek(100_000_000)  # a sparse file of zeros, one line
            file.write(b"\nlast")
    (tmp_path / "bomb.jsonl.gz").write_bytes(gzip.compress(b"0" * 60_000_000, 1))
    paths = [str(tmp_path / name) for name in [*names, "bomb.jsonl.gz"]]
    ran = subprocess.run([sys.executable, "-c", MEMORY, *paths], capture_output=True, text=True, check=True)
    found, grown = ran.stdout.splitlines()
    sizes = [100_000_000, 100_000_000, 100_000_005, 60_000_000]
    assert ast.literal_eval(found) == list(zip([*names, "bomb.jsonl.gz"], sizes, strict=True))
    assert int(grown) < 60, "megabytes"
