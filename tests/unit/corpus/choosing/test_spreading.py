"""A diverse choice covers more than the best or a random one, and keeps small kinds of text."""

import numpy as np
import pytest
from scipy import sparse

from lect.artifacts.errors import LectError
from lect.corpus.choosing.selecting import select_random
from lect.corpus.choosing.spreading import coverage, select_diverse

KINDS, SIZES = 8, [400, 200, 100, 50, 20, 10, 10, 10]


def _world(seed=0):
    """Texts of eight kinds around eight directions, the large kinds with the best scores."""
    random = np.random.default_rng(seed)
    kind = np.repeat(np.arange(KINDS), SIZES)
    rows = np.eye(KINDS, 24)[kind] + random.normal(0, 0.05, (len(kind), 24))
    texts = [f"{one}:{number}" for number, one in enumerate(kind)]
    return texts, rows, kind, -kind + random.random(len(kind))


@pytest.mark.parametrize("turn", [np.asarray, sparse.csr_array])
def test_it_covers_more_than_the_best_and_a_random_choice(turn):
    texts, rows, kind, scores = _world()
    reasons = select_diverse(texts, turn(rows), share=0.1, clusters=KINDS, scores=scores)
    kept = np.array([not one for one in reasons])
    assert kept.sum() == 80
    assert np.bincount(kind[kept], minlength=KINDS).tolist() == [10] * 8
    best = np.argsort(-scores)[:80]
    drawn = np.array([not one for one in select_random(texts, share=0.1)])
    assert coverage(rows, kept) > coverage(rows, drawn) > coverage(rows, np.isin(np.arange(800), best))
    assert scores[kept & (kind == 0)].min() > np.median(scores[kind == 0])


def test_order_does_not_matter():
    texts, rows, _, _ = _world()
    order = np.random.default_rng(1).permutation(len(texts))
    one = select_diverse(texts, rows, share=0.2, clusters=20)
    other = select_diverse([texts[n] for n in order], rows[order], share=0.2, clusters=20)
    assert [one[n] for n in order] == other


def test_few_and_equal_rows_are_no_trouble():
    assert select_diverse(["a", "b"], np.zeros((2, 3)), share=1.0) == ["", ""]
    assert select_diverse(["a"] * 4, np.ones((4, 2)), share=0.5, clusters=9).count("") == 2


def test_mistakes_are_said():
    with pytest.raises(LectError, match="share must"):
        select_diverse(["a"], np.ones((1, 2)), share=0)
    with pytest.raises(LectError, match="a row"):
        select_diverse(["a"], np.ones((2, 2)), share=0.5)
    with pytest.raises(LectError, match="no document is kept"):
        coverage(np.ones((2, 2)), [False, False])
