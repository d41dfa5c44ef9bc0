"""Raters: a hidden rule distilled from its ratings, the fit against the closed form, saved and read back."""

from random import Random

import numpy as np
import pytest
from scipy import sparse

from lect.artifacts.errors import LectError
from lect.corpus.grading.classifiers import load_classifier
from lect.corpus.grading.ngrams import HashedNgrams, Ngrams
from lect.corpus.grading.raters import compare_ratings, learn_rater, load_rater
from lect.corpus.grading.regressions import fit_ridge

SMALL = HashedNgrams(Ngrams((1, 1), (3, 4)), 1 << 14)


def _rated(number, seed):
    """Documents of 40 words out of 400, rated 0–5 by how many of 60 hidden words they have."""
    random = Random(seed)
    words = [f"orð{n:03d}"[:: 1 if n % 2 else -1] for n in range(400)]
    texts, ratings = [], []
    for _ in range(number):
        share = random.random() ** 2
        chosen = [random.choice(words[:60] if random.random() < share else words[60:]) for _ in range(40)]
        texts.append(" ".join(chosen))
        ratings.append(min(5, sum(word in words[:60] for word in chosen) // 6))
    return texts, ratings


def test_a_hidden_rule_is_distilled():
    texts, ratings = _rated(800, 0)
    rater = learn_rater(texts, ratings, features=SMALL)
    fresh, gold = _rated(500, 1)
    found = compare_ratings(rater.rate(fresh), gold, good=4)
    assert found.spearman > 0.8
    assert found.top_precision > min(3 * found.base_rate, 0.8)
    permuted = learn_rater(texts, Random(2).sample(ratings, len(ratings)), features=SMALL)
    assert abs(compare_ratings(permuted.rate(fresh), gold).spearman) < 0.2


@pytest.mark.parametrize("turn", [np.asarray, sparse.csr_array])
def test_the_ridge_is_that_of_the_closed_form(turn):
    random = np.random.default_rng(0)
    rows, values = random.random((50, 7)), random.random(50)
    found = fit_ridge(turn(rows), values, 3.0)
    centered = rows - rows.mean(axis=0)
    weights = np.linalg.solve(centered.T @ centered + np.eye(7) / 3, centered.T @ (values - values.mean()))
    assert np.allclose(found, [*weights, values.mean() - rows.mean(axis=0) @ weights], atol=1e-5)


def test_a_rater_is_saved_and_read_back(tmp_path):
    texts, ratings = _rated(60, 0)
    rater = learn_rater(texts, ratings, name="education", features=SMALL)
    again = load_rater(rater.save(tmp_path / "rater"))
    assert again.name == "education"
    assert np.allclose(again.rate(texts), rater.rate(texts), atol=1e-5)
    assert rater.rate(["", *texts]).min() >= 0
    with pytest.raises(LectError, match="expected a classifier"):
        load_classifier(tmp_path / "rater")


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: learn_rater(["a", "b"], [1]), "a rating for each"),
        (lambda: learn_rater(["a", "b"], [1, 9]), "between 0 and 5"),
        (lambda: learn_rater(["a", "b"], [1, np.nan]), "between 0 and 5"),
        (lambda: learn_rater(["a", "b"], [1, 2], strength=0), "above 0"),
        (lambda: compare_ratings([1], []), "two ratings"),
    ],
)
def test_mistakes_are_said(call, said):
    with pytest.raises(LectError, match=said):
        call()
