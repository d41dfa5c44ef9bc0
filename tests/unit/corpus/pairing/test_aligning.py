"""Documents find their translations, and those without one stay alone."""

import random

import pytest
from tests.unit.corpus.pairing.cipher_world import sentences, translate

from lect.artifacts import LectError
from lect.corpus.pairing.aligning import align_documents
from lect.corpus.pairing.vectorizing import fit_words


def documents(number=60, alone=15):
    rng = random.Random(0)
    said = sentences(2000, seed=4)
    left = [" ".join(said[n * 8 : n * 8 + 8]) for n in range(number)]
    right = [translate(one) for one in left[: number - alone]]
    right += [translate(" ".join(said[-(n + 1) * 8 :][:8])) for n in range(alone)]
    order = list(range(number))
    rng.shuffle(order)
    truth = {(old, new) for new, old in enumerate(order) if old < number - alone}
    return left, [right[at] for at in order], truth, [word.lower().strip(".") for one in said for word in one.split()]


def test_documents_are_matched_with_half_of_the_words_known():
    left, right, truth, words = documents()
    known = [(word, translate(word)) for word in sorted(set(words))[::2]]
    found = align_documents(left, right, fit_words(left, right, known))
    got = set(zip(found.source.tolist(), found.target.tolist(), strict=True))
    assert len(got & truth) >= 0.9 * len(truth)
    assert len(got & truth) >= 0.9 * len(got)
    assert len(set(found.source.tolist())) == len(found.source) == len(set(found.target.tolist()))


def test_names_and_numbers_are_enough_where_there_are_some():
    left = [f"{text} {1000 + n} Havn{n} {n * 7919}" for n, text in enumerate(sentences(30))]
    right = [f"{translate(text)} {1000 + n} Havn{n} {n * 7919}" for n, text in enumerate(sentences(30, seed=9))]
    found = align_documents(left, right[::-1], fit_words(left, right))
    assert sum(a + b == 29 for a, b in zip(found.source.tolist(), found.target.tolist(), strict=True)) == 30


def test_no_document_is_an_error():
    with pytest.raises(LectError, match="both sides"):
        align_documents([], ["a"], fit_words(["a"], ["a"]))
    with pytest.raises(LectError, match="no words"):
        fit_words(["…"], ["!"])
