"""Words are what a plain reading says, whatever stands around them and however the blocks are cut."""

import unicodedata

import numpy as np
import pytest

from lect.corpus.copies import words
from lect.corpus.copies.words import hash_words


def _same(one, other):
    a, b = hash_words([one, other]).texts
    return a == b


def _hashes(string):
    return hash_words([string]).words.tolist()


def test_words_are_runs_of_letters_marks_and_digits_in_lower_case():
    assert _hashes("Havnin, havnin; HAVNIN (2026)") == [*_hashes("havnin") * 3, *_hashes("2026")]
    assert len(set(_hashes("ein tvey trý fýra fimm seks sjey átta níggju tíggju"))) == 10
    assert _hashes("ØLL") == _hashes("øll")
    assert _hashes("ab") != _hashes("ba")


@pytest.mark.parametrize("alike", ["a  b", " a b ", "a\n\n\tb", "a\u00a0b", "a\u3000b\n"])
def test_a_fingerprint_collapses_white_space(alike):
    assert _same("a b", alike)


@pytest.mark.parametrize("other", ["ab", "A b", "a b.", "b a", "a b b", ""])
def test_a_fingerprint_keeps_everything_else(other):
    assert not _same("a b", other)


def test_a_document_has_the_same_hashes_alone_and_in_any_company(monkeypatch):
    texts = ["Gott kvøld, øll somul!", "", "!!", "東京都に住む", "สวัสดีชาวโลก", "lone \ud800 surrogate", "x" * 5000]
    alone = [hash_words([text]) for text in texts]
    for block in (1, 40, 1 << 17):
        monkeypatch.setattr(words, "BLOCK", block)
        together = hash_words(texts)
        assert together.words.tolist() == [word for one in alone for word in one.words.tolist()]
        assert together.texts.tolist() == [one.texts[0] for one in alone]
        assert together.counts.tolist() == [one.counts[0] for one in alone]


def test_a_long_document_is_read_in_pieces_with_the_same_result(monkeypatch):
    text = " ".join(f"orð{number} " for number in range(3000))
    whole = hash_words([text])
    monkeypatch.setattr(words, "LONGEST", 1000)
    pieces = hash_words([text])
    assert all(np.array_equal(one, other) for one, other in zip(whole, pieces, strict=True))


@pytest.mark.parametrize("text", ["føroyskt á", "Việt Nam", "ö̱x", "शिक्षा क़", "한국어", "Ὀδυσσεύς"])
def test_canonically_equivalent_texts_are_the_same(text):
    composed, decomposed = (hash_words([unicodedata.normalize(form, text)]) for form in ("NFC", "NFD"))
    assert all(np.array_equal(one, other) for one, other in zip(composed, decomposed, strict=True))


def test_scripts_without_spaces_are_read_in_windows():
    assert hash_words(["東京都に住む人"]).counts.tolist() == [7]
    tokyo, kyoto = _hashes("東京都"), _hashes("京都")
    assert tokyo[1:] == kyoto
    assert hash_words(["東京 Oslo ไทย"]).counts.tolist() == [2 + 1 + 3]


def test_one_word_of_two_million_letters_ends():
    assert hash_words(["a" * 2_200_000 + " b"]).counts[0] >= 2
