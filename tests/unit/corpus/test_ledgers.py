import pytest

from lect.artifacts import LectError, read
from lect.corpus.ledgers import Ledger, sift


def test_every_document_and_byte_is_counted_once():
    text = read(["aa", "bbb", "ø", "dddd"])
    kept, ledger = sift(text, ["", "short", "", "short"])
    said = ledger.to_json()
    assert [d["text"] for d in kept] == ["aa", "ø"]
    assert said["in"] == {"documents": 4, "bytes": 2 + 3 + 2 + 4}
    assert said["out"] == {"documents": 2, "bytes": 4}
    assert said["dropped"] == {"short": {"documents": 2, "bytes": 7}}
    assert [d["text"] for d in kept] == ["aa", "ø"], "a text is read again and again"


def test_ledgers_add_up_and_come_back():
    one, two = Ledger(), Ledger()
    one.add("", 5)
    two.add("copy", 3, documents=2)
    both = one + two
    assert Ledger.from_json(both.to_json()) == both
    said = both.to_json()
    said["in"]["bytes"] += 1
    with pytest.raises(LectError, match="does not add up"):
        Ledger.from_json(said)


@pytest.mark.parametrize("reasons", [[""], ["", "", ""]])
def test_reasons_that_do_not_fit_are_refused(reasons):
    with pytest.raises(LectError, match="one for each"):
        sift(read(["a", "b"]), reasons)


def test_the_identity_follows_what_was_kept():
    text = read(["a", "b"])
    assert sift(text, ["", "x"])[0].identity != sift(text, ["x", ""])[0].identity
