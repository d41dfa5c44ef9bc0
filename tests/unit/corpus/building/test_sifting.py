import json

import pytest

from lect.artifacts import LectError, read
from lect.corpus.building.sifting import sift_into


def short(text):
    reasons = ["short" if len(string) < 4 else "" for string in text.strings()]
    return reasons, {"length": [len(string) for string in text.strings()]}


def test_a_step_leaves_a_corpus_its_rest_and_a_ledger(tmp_path):
    text = read([{"text": "gott", "license": "CC0"}, {"text": "já"}, {"text": "kvøld", "url": "u"}])
    out = sift_into(tmp_path / "out", text, short, verb="test.short", arguments={})
    kept, gone = read(out), read(out / "dropped")
    assert [(d["text"], d["length"], d["license"]) for d in kept] == [("gott", 4, "CC0"), ("kvøld", 5, None)]
    assert [(d["text"], d["reason"]) for d in gone] == [("já", "short")]
    ledger = json.loads((out / "ledger.json").read_text())
    assert ledger["in"] == {"documents": 3, "bytes": 4 + 3 + 6}
    assert ledger["dropped"] == {"short": {"documents": 1, "bytes": 3}}
    assert json.loads((out / "lect.json").read_text())["ledger"] == ledger
    assert not (out / "work").exists()


def test_a_corpus_can_be_sifted_again(tmp_path):
    first = sift_into(tmp_path / "one", read(["gott", "já", "kvøld"]), short, verb="test.short", arguments={})
    again = sift_into(tmp_path / "two", read(first), short, verb="test.short", arguments={})
    assert [d["text"] for d in read(again)] == ["gott", "kvøld"]


def test_nothing_is_left_of_a_step_that_fails_before_it_wrote(tmp_path):
    def fail(text):
        raise LectError("no")

    with pytest.raises(LectError, match="no"):
        sift_into(tmp_path / "out", read(["gott"]), fail, verb="test.fail", arguments={})
    assert not (tmp_path / "out").exists()


def test_everything_dropped_is_a_ledger_too(tmp_path):
    out = sift_into(tmp_path / "out", read(["a", "b"]), lambda text: (["x", "y"], {}), verb="test.all", arguments={})
    assert json.loads((out / "ledger.json").read_text())["out"] == {"documents": 0, "bytes": 0}
