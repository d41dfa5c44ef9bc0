"""CLDR phrases: coverage, agreement, spans, parallelism, determinism."""

import subprocess
import sys
import unicodedata

import pytest

from lect.artifacts.errors import LectError
from lect.languages import find
from lect.worlds import KINDS, Meaning, covered_languages, is_covered, lexicon, meanings, parallel, phrases, render

SOME = (
    "fao",
    "eng",
    "isl",
    "dan",
    "pol",
    "arb",
    "zho_Hant",
    "jpn",
    "hin",
    "fas",
    "kaz",
    "tha",
    "kab",
    "sbp",
    "srp_Latn",
)


def test_how_many_languages_are_covered():
    tags = covered_languages()
    assert len({tag.split("-")[0] for tag in tags}) >= 200  # 217 with babel 2.18
    assert len(tags) >= 220  # 230 with their scripts
    assert all(is_covered(tag) for tag in tags[::9])
    assert not is_covered("quy")
    assert not is_covered("kpv")


@pytest.mark.parametrize(
    ("language", "number", "expected"),
    [
        ("fao", "1", "1 dagur"), ("fao", "3", "3 dagar"), ("eng", "1", "1 day"), ("eng", "2", "2 days"), ("eng", "1.5",
        "1.5 days"),
        ("pol", "1", "1 dzień"), ("pol", "3", "3 dni"), ("pol", "1.5", "1,5 dnia"), ("ces", "2", "2 dny"), ("ces", "5",
        "5 dnů"),
        ("isl", "21", "21 dagur"), ("isl", "11", "11 dagar"),
    ],
)  # fmt: skip
def test_days_agree_with_their_number(language, number, expected):
    assert render(Meaning("quantity", ("quantity", "duration-day", number)), language).text == expected


@pytest.mark.parametrize(
    ("language", "number", "expected"),
    [
        ("pol", "1", "1 kilometr"), ("pol", "2", "2 kilometry"), ("pol", "5", "5 kilometrów"), ("pol", "22",
        "22 kilometry"),
        ("pol", "12", "12 kilometrów"), ("arb", "3", "3 كيلومترات"), ("arb", "11", "11 كيلومترًا"), ("arb", "100",
        "100 كيلومتر"),
        ("fao", "1", "1 kilometur"), ("fao", "7", "7 kilometrar"),
    ],
)  # fmt: skip
def test_kilometers_agree_with_their_number(language, number, expected):
    assert render(Meaning("quantity", ("quantity", "length-kilometer", number)), language).text == expected


def test_money_times_lists_and_native_digits():
    said = lambda tree, language: render(Meaning("x", tree), language).text  # noqa: E731
    assert said(("money", "DKK", "5"), "pol") == "5 koron duńskich"
    assert said(("relative", "day", "past", "3"), "fao") == "3 dagar síðan"
    assert said(("date", 2020, 3, 5, "long"), "fao") == "5. mars 2020"
    assert "۲۰۲۰" in said(("date", 2020, 3, 5, "full"), "fas")
    names = tuple(("territory", code) for code in ("FO", "IS", "DK"))
    assert said(("and", names), "eng") == "Faroe Islands, Iceland, and Denmark"
    assert said(("or", names), "isl") == "Færeyjar, Ísland eða Danmörk"


def test_signs_that_every_language_inherits_are_not_said():
    assert render(Meaning("relative", ("relative", "day", "past", "3")), "sbp") is None


@pytest.mark.parametrize("language", SOME)
def test_spans_lie_on_their_slots_and_text_is_nfc(language):
    documents = list(phrases(language, 150, seed=4))
    assert len(documents) == 150
    for document in documents:
        text = document["text"]
        assert text == unicodedata.normalize("NFC", text)
        assert "{" not in text
        assert document["spans"]
        assert document["kind"] in KINDS
        ends = [0]
        for start, end, _ in document["spans"]:
            assert ends[-1] <= start < end <= len(text)
            ends.append(end)


def test_spans_hold_the_words_of_the_slot():
    tree = (
        "about",
        ("row", ("territory", "FO"), ("date", 2020, 3, 5, "long")),
        ("and", (("language", "fo"), ("language", "da"))),
    )
    phrase = render(Meaning("x", tree), "fao")
    assert [(phrase.text[a:b], label) for a, b, label in phrase.spans] == [
        ("Føroyar", "TERRITORY"), ("5. mars 2020", "DATE"), ("føroyskt", "LANGUAGE"), ("danskt", "LANGUAGE"),
    ]  # fmt: skip


def test_spans_of_running_text():
    for document in phrases("jpn", 10, sentences_per_document=5):
        assert document["text"].count("。") == 5
        for start, end, label in document["spans"]:
            assert "。" not in document["text"][start:end]
            assert label.isupper()


def test_documents_come_back_to_their_topic():
    documents = [
        document
        for document in phrases("Faroese", 200, kinds=["spoken", "tender", "measure"], sentences_per_document=4)
    ]
    for document in documents:
        assert len({document["text"][a:b] for a, b, label in document["spans"] if label == "TERRITORY"}) == 1
    assert len({document["text"] for document in documents}) > 190


def test_parallel_phrases_render_one_meaning():
    pairs = list(parallel("fao", "isl", 300, seed=2))
    said = {}
    for meaning in meanings(300, seed=2):
        here, there = render(meaning, "fao"), render(meaning, "isl")
        if here and there:
            said[here.text] = there.text
            assert sorted(label for *_, label in here.spans) == sorted(label for *_, label in there.spans)
    assert len(pairs) == 300
    assert len(said) > 200
    assert set(said.items()) <= set(pairs)


def test_a_lexicon_is_aligned_and_flips():
    pairs = dict(lexicon("fao", "eng"))
    assert pairs["mánadagur"] == "Monday"
    assert pairs["Týskland"] == "Germany"
    assert pairs["føroyskt"] == "Faroese"
    assert len(pairs) > 800
    assert set(lexicon("eng", "fao")) == {(b, a) for a, b in lexicon("fao", "eng")}


def test_same_seed_same_text_in_another_process():
    call = "phrases('Faroese', 60, seed=9, sentences_per_document=2)"
    code = f"from lect.worlds import phrases; print([d['text'] for d in {call}])"
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    here = [d["text"] for d in phrases("fo", 60, seed=9, sentences_per_document=2)]
    assert there == str(here)
    assert here != [d["text"] for d in phrases("fo", 60, seed=10, sentences_per_document=2)]
    assert [d["text"] for d in phrases("fo", 90, seed=9, sentences_per_document=2)][:60] == here


def test_no_language_changes_the_words_of_another():
    """Babel's shared cache does (python-babel/babel#1234): Hebrew month names turned up in French."""
    code = (
        "import sys, datetime\nfrom babel.dates import format_date\nfrom lect.worlds import lexicon\n"
        "for name in sys.argv[1:]:\n    format_date(datetime.date(2025, 10, 15), 'LLLL ccc cccc', name)\n"
        "    list(lexicon(name, 'English'))\n"
        "print(sorted(lexicon('Faroese', 'French')))"
    )
    outs = [
        subprocess.run([sys.executable, "-c", code, *names], capture_output=True, text=True, check=True).stdout
        for names in ([], ["he", "en", "ar"])
    ]
    assert outs[0] == outs[1]
    assert "('mánadagur', 'lundi')" in outs[0]


def test_kinds_are_chosen_and_checked():
    assert {document["kind"] for document in phrases("eng", 50, kinds=["date", "money"])} == {"date", "money"}
    assert {document["kind"] for document in phrases("eng", 500)} == set(KINDS)
    with pytest.raises(LectError, match="kinds must be"):
        phrases("eng", 5, kinds=["dates"])
    with pytest.raises(LectError, match="no words in Sangu"):
        list(phrases("sbp", 1, kinds=["script"]))
    with pytest.raises(LectError, match="does not cover"):
        phrases("quy", 5)


def test_facts_are_facts():
    documents = {document["text"] for document in phrases("eng", 3000, kinds=["spoken", "tender"])}
    assert "Faroe Islands: Danish Krone" in documents
    assert "Iceland: Icelandic" in documents


def test_every_covered_language_can_speak():
    tags = covered_languages()
    for tag in tags[::4]:
        document = next(iter(phrases(tag, 1)))
        assert document["text"]
        assert document["language"].startswith(find(tag).iso639_3)
