"""Bytes are read in the encoding that they are in, whatever says otherwise."""

import pytest

from lect.corpus.crawl.encodings import decode

PAGE = (
    "<html><head>{}</head><body>Tað var ein góðan dag, at vit fóru út á heiðina, og har sóu vit ein fugl.</body></html>"
)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_decides(encoding):
    assert decode("Góðan dag".encode(encoding), charset="koi8-r") == "Góðan dag"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_seen(encoding):
    assert decode(PAGE.encode(encoding)) == PAGE


def test_valid_utf8_is_utf8_even_if_the_header_and_the_page_lie():
    page = PAGE.format('<meta charset="iso-8859-1">')
    assert decode(page.encode(), charset="windows-1251") == page


@pytest.mark.parametrize(
    ("said", "encoding"), [("windows-1252", "cp1252"), ("iso-8859-1", "cp1252"), ("macintosh", "mac_roman")]
)
def test_the_header_comes_before_the_page_and_both_before_guessing(said, encoding):
    page = PAGE.format('<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">').replace("ð", "d")
    assert decode(page.encode(encoding), charset=said) == page
    page = page.replace("koi8-r", said)
    assert decode(page.encode(encoding)) == page
    assert decode(page.encode(encoding), charset="no-such-encoding") == page


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", PAGE), ("shift_jis", "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。"),
        ("koi8-r", "Все люди рождаются свободными и равными в своём достоинстве и правах. Они наделены разумом и совестью."),
        ("cp1251", "Все люди рождаются свободными и равными в своём достоинстве и правах. Они наделены разумом и совестью."),
        ("iso2022_jp", '<meta charset="iso-2022-jp">すべての人間は'),
    ],
)  # fmt: skip
def test_what_nobody_says_is_detected(encoding, text):
    assert decode(text.encode(encoding)) == text


def test_a_few_broken_bytes_do_not_make_a_page_another_encoding():
    raw = (PAGE * 3).encode().replace("góðan".encode(), b"g\xf3\xf0an", 1)
    assert decode(raw) == PAGE * 3
    assert decode(b"") == ""
    assert decode(bytes(range(256)) * 3)
