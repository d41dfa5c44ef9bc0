"""Hashed n-grams: the same as the n-grams they stand for, in any batch."""

from collections import Counter

import numpy as np
import pytest

from lect.artifacts.errors import LectError
from lect.corpus.grading.ngrams import HashedNgrams, Ngrams

TEXTS = [
    "Góðan morgun, Føroyar! Góðan  morgun",
    "",
    "हिन्दी भाषा ok",
    " , ",
    "a",
    "ja\nnei ja",
    "日本語 text",
    "x" * 300,
]


@pytest.mark.parametrize("ngrams", [Ngrams((1, 3), (0, 0)), Ngrams((0, 0), (2, 5)), Ngrams((2, 2), (3, 3))])
def test_the_counts_are_those_of_the_ngrams(ngrams):
    found = HashedNgrams(ngrams, buckets=1 << 22).counts(TEXTS)
    for row, text in enumerate(TEXTS):
        start, end = found.indptr[row : row + 2]
        assert sorted(found.data[start:end]) == sorted(Counter(ngrams.of(text)).values()), text


def test_equal_ngrams_share_a_column_and_others_do_not():
    rows = HashedNgrams(Ngrams((1, 1)), buckets=1 << 22)(["ja nei", "nei JA", "ja", "væl"]).toarray()
    assert np.array_equal(rows[0], rows[1])
    assert rows[0] @ rows[2] == pytest.approx(2**-0.5, abs=1e-6)
    assert rows[0] @ rows[3] == 0
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)


def test_a_row_does_not_depend_on_its_batch():
    features = HashedNgrams(buckets=1 << 12)
    together = features(TEXTS).toarray()
    assert np.array_equal(together[::-1], features(TEXTS[::-1]).toarray())
    assert np.array_equal(together, np.vstack([features([text]).toarray() for text in TEXTS]))
    assert not together[1].any()
    assert features([]).shape == (0, 1 << 12)


def test_lone_surrogates_are_no_error():
    assert HashedNgrams(buckets=64)(["a\ud800b"]).nnz


def test_buckets_are_a_power_of_two():
    with pytest.raises(LectError, match="power of two"):
        HashedNgrams(buckets=1000)
