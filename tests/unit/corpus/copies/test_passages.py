"""Repeated lines and paragraphs are counted over documents and cut, and every byte is accounted for."""

import pytest

from lect.artifacts import read
from lect.artifacts.errors import LectError
from lect.corpus.copies import passages as module
from lect.corpus.copies.passages import cut_passages, find_passages
from lect.corpus.copies.words import hash_words

PAGES = [f"Heim | Um okkum\n\nGrein {n} er um føroyskt mál.\nHon er   {n} stutt.\n\nHeim |  Um okkum" for n in range(8)]


def test_a_passage_counts_once_a_document_with_white_space_collapsed():
    found = find_passages(read([*PAGES, "Heim | Um okkum", "Heim | um okkum"]), documents=2)
    assert dict(zip(found.hashes.tolist(), found.documents.tolist(), strict=True)) == {
        int(hash_words(["Heim | Um okkum"]).texts[0]): 9
    }


@pytest.mark.parametrize("unit", ["line", "paragraph"])
def test_repeated_passages_are_cut_and_bytes_add_up(unit):
    found = find_passages(read(PAGES), unit=unit, documents=5)
    texts, sizes = cut_passages(PAGES, found)
    for number, (page, text, size) in enumerate(zip(PAGES, texts, sizes.tolist(), strict=True)):
        assert text.strip() == f"Grein {number} er um føroyskt mál.\nHon er   {number} stutt."
        assert len(page.encode()) == len(text.encode()) + size


def test_what_is_rare_stays_untouched():
    odd = ["a\r\n\n b ", "", " \n ", "x\ud800\ny"]
    texts, sizes = cut_passages(odd, find_passages(read(PAGES)))
    assert texts == odd
    assert sizes.tolist() == [0, 0, 0, 0]
    texts, sizes = cut_passages(odd, find_passages(read(PAGES), documents=100))
    assert texts == odd


def test_a_document_of_boilerplate_alone_is_empty_then():
    found = find_passages(read(["a\nb"] * 3), documents=3)
    assert cut_passages(["a\nb", "b\nc\na"], found)[0] == ["", "c"]


def test_the_order_and_the_grouping_change_nothing(monkeypatch):
    whole = find_passages(read(PAGES), documents=3)
    monkeypatch.setattr(module, "_AT_ONCE", 3)
    other = find_passages(read(PAGES[::-1]), documents=3)
    assert whole.hashes.tolist() == sorted(whole.hashes.tolist()) == other.hashes.tolist()
    assert whole.documents.tolist() == other.documents.tolist()


def test_what_makes_no_sense_is_refused():
    with pytest.raises(LectError, match="line"):
        find_passages(read(PAGES), unit="word")
    with pytest.raises(LectError, match="documents=1"):
        find_passages(read(PAGES), documents=1)
