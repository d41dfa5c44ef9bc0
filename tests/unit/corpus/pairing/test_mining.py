"""Mining finds what was planted, scores by the formula, and is not fooled by hubs."""

import itertools

import numpy as np
import pytest
from tests.unit.corpus.pairing.cipher_world import encode, pairs, sentences, translate

from lect.artifacts import LectError, read
from lect.corpus.pairing.matching import encode_sides, match_best, nearest
from lect.corpus.pairing.mining import mine, score_candidates
from lect.corpus.pairing.vectorizing import fit_words


def comparable(number=150, extra=100):
    """Return two sides that share `number` sentences, and the rows of these."""
    both, one, other = pairs(number), sentences(extra, seed=1), [translate(s) for s in sentences(extra, seed=2)]
    left = [*one, *(source for source, _ in both)]
    right = [target for _, target in both] + other
    rng = np.random.default_rng(0)
    order = rng.permutation(len(right))
    place = {old: new for new, old in enumerate(order.tolist())}
    return left, [right[at] for at in order], {(extra + n, place[n]) for n in range(number)}


def f1(mined, truth):
    found = {tuple(row) for row in mined.rows.tolist()}
    return 2 * len(found & truth) / (len(found) + len(truth))


def test_planted_translations_are_found_with_an_encoder():
    left, right, truth = comparable()
    mined = mine(left, right, lambda texts: encode(texts, noise=0.05), threshold=1.3)
    assert f1(mined, truth) > 0.95
    assert all(translate(source) == target for source, target in mined.pairs[:100])
    assert list(mined.scores) == sorted(mined.scores, reverse=True)
    assert len(list(mined.to_pairs())) == len(mined.pairs)


def test_planted_translations_are_found_with_a_lexicon_and_not_without():
    left, right, truth = comparable()
    words = sorted({word.strip(".").lower() for one in left for word in one.split()})
    lexicon = [(word, translate(word)) for word in words]
    assert f1(mine(left, right, fit_words(left, right, lexicon)), truth) > 0.95
    assert f1(mine(left, right, fit_words(left, right)), truth) < 0.05


def test_the_ratio_is_that_of_the_formula():
    rng = np.random.default_rng(0)
    X, Y = (rng.normal(1, 1, (n, 16)) for n in (30, 40))
    X, Y = encode_sides((lambda _: X, lambda _: Y), ["x"] * 30, ["y"] * 40)
    cosines = X.astype(float) @ Y.T
    k = 4
    near_x, near_y = (np.sort(matrix, axis=1)[:, -k:].sum(axis=1) for matrix in (cosines, cosines.T))
    wanted = cosines / (near_x[:, None] / (2 * k) + near_y[None, :] / (2 * k))
    rows, columns, scores, used = score_candidates(nearest(X, Y, k), nearest(Y, X, k))
    assert used == "ratio"
    np.testing.assert_allclose(scores, wanted[rows, columns], atol=1e-6)
    near = set(map(tuple, np.argwhere(cosines >= np.sort(cosines, axis=1)[:, -k][:, None]).tolist()))
    best = {row: max((wanted[row, c], c) for r, c in near if r == row)[1] for row in range(30)}
    assert [best[row] for row in range(30)] == columns[:30].tolist()


def test_a_margin_withstands_a_hub_that_draws_cosines():
    rng = np.random.default_rng(1)
    truth = rng.normal(0, 1, (60, 32)) + 0.5
    other = truth + rng.normal(0, 1.3, truth.shape)
    other[0] = truth.mean(axis=0)
    sides = lambda texts: truth, lambda texts: other
    names = [[f"{side} sentence {n}" for n in range(60)] for side in ("left", "rechts")]
    right = {}
    for margin in ("ratio", "absolute"):
        X, Y = encode_sides(sides, *names)
        rows, columns, _, _ = score_candidates(nearest(X, Y, 4), nearest(Y, X, 4), margin)
        right[margin] = np.mean(rows[:60] == columns[:60])
    assert right["ratio"] > right["absolute"]


def test_centered_vectors_are_scored_by_distance():
    rng = np.random.default_rng(2)
    vectors = rng.normal(0, 1, (50, 4000))
    names = [[f"{side} {n}" for n in range(50)] for side in ("eitt", "two")]
    centered = vectors - vectors.mean(axis=0)
    mined = mine(*names, (lambda texts: centered[: len(texts)], lambda texts: centered[: len(texts)]), neighbors=20)
    found = score_candidates(
        (np.zeros((3, 2), int), np.full((3, 2), -0.2)), (np.zeros((3, 2), int), np.full((3, 2), -0.2))
    )
    assert found[3] == "distance"
    assert mined.rows.tolist() == [[n, n] for n in mined.rows[:, 0].tolist()]


def test_the_greedy_choice_uses_no_row_twice_and_is_the_best_first():
    source, target, scores = np.array([0, 0, 1, 1, 2]), np.array([0, 1, 0, 1, 1]), np.array([0.9, 0.8, 0.95, 0.1, 0.3])
    found = match_best(source, target, scores, least=0.2)
    assert list(zip(found.source.tolist(), found.target.tolist(), strict=True)) == [(1, 0), (0, 1)]


def test_neighbors_are_those_of_brute_force_and_sparse_ones_are_the_same(monkeypatch):
    from scipy import sparse

    monkeypatch.setattr("lect.corpus.pairing.matching._CELLS", 100)
    rng = np.random.default_rng(3)
    X, Y = np.abs(rng.normal(0, 1, (23, 8))).astype(np.float32), np.abs(rng.normal(0, 1, (31, 8))).astype(np.float32)
    ids, cosines = nearest(X, Y, 5)
    assert ids.tolist() == np.argsort(-(X @ Y.T), axis=1, kind="stable")[:, :5].tolist()
    same, also = nearest(sparse.csr_array(X), sparse.csr_array(Y), 5)
    assert same.tolist() == ids.tolist()
    np.testing.assert_allclose(also, cosines, rtol=1e-5)


def test_copies_and_lengths_are_left_out_and_counted():
    left = ["The old man went home", "A b c d e f", "Hann fór"]
    right = ["The old man went home", "α β γ δ ε ζ", "Hann fór " + "langt " * 30]
    one_hot = np.eye(3, dtype=np.float32) + 0.01
    mined = mine(left, right, lambda texts: one_hot)
    assert mined.pairs == [("A b c d e f", "α β γ δ ε ζ")]
    assert mined.dropped["copy"] >= 1
    assert mined.dropped["length"] >= 1


def test_repeated_sentences_are_one_and_order_does_not_matter():
    left, right, _ = comparable(40, 20)
    lexicon = [(word.strip(".").lower(), translate(word).strip(".")) for one in left for word in one.split()]
    once = mine(left, right, fit_words(left, right, lexicon))
    assert len({tuple(row) for row in once.rows.tolist()}) == len(once.pairs)
    again = mine(read(left[::-1] + left[:5]), right[::-1], fit_words(left, right, lexicon))
    assert set(again.pairs) == set(once.pairs)


@pytest.mark.parametrize(
    ("encoder", "message"),
    [
        (lambda texts: np.zeros((1, 3)), "one vector for each"),
        (lambda texts: np.full((len(texts), 3), np.nan), "not finite"),
        ((lambda texts: np.ones((len(texts), 3)), lambda texts: np.ones((len(texts), 4))), "one space"),
    ],
)
def test_encoders_that_do_not_fit_are_refused(encoder, message):
    with pytest.raises(LectError, match=message):
        mine(["a b", "c d"], ["e f", "g h"], encoder)


@pytest.mark.parametrize("sides", list(itertools.product([[], ["a"]], repeat=2))[:3])
def test_empty_sides_are_refused(sides):
    with pytest.raises(LectError, match="both sides"):
        mine(*sides, encode)
    with pytest.raises(LectError, match="no margin"):
        mine(["a"], ["b"], encode, margin="max")
