"""Selection: the share asked for, whatever the order and the ties; balance in bytes; fresh data."""

from random import Random

import numpy as np
import pytest

from lect.artifacts.errors import LectError
from lect.corpus.choosing.drawing import content_keys
from lect.corpus.choosing.selecting import find_threshold, select_balanced, select_best, select_random

TEXTS = [f"text number {number}" for number in range(40_000)]


def _scores(texts, seed=0):
    random = Random(seed)
    return np.array([random.random() ** 3 for _ in texts])


def test_keys_are_uniform_and_belong_to_the_text():
    keys = content_keys(TEXTS)
    assert np.abs(np.histogram(keys, bins=10, range=(0, 1))[0] / 4000 - 1).max() < 0.1
    assert np.array_equal(content_keys(TEXTS[::-1]), keys[::-1])
    assert not np.isclose(content_keys(TEXTS[:9], 1), keys[:9]).any()
    assert np.corrcoef(keys, content_keys(TEXTS, 1))[0, 1] < 0.05


@pytest.mark.parametrize("share", [0.1, 0.5])
@pytest.mark.parametrize("kind", ["smooth", "graded", "constant", "sorted"])
def test_the_share_holds_on_fresh_data(share, kind):
    scores = _scores(TEXTS)
    scores = {"smooth": scores, "graded": scores.round(1), "constant": scores * 0, "sorted": np.sort(scores)}[kind]
    kept = find_threshold(TEXTS[::2], scores[::2], share=share, sample=10_000).reasons(TEXTS[1::2], scores[1::2])
    assert abs(kept.count("") / len(kept) - share) < 0.01


def test_the_sample_is_no_head_of_the_file():
    head = find_threshold(TEXTS[:10_000], np.sort(_scores(TEXTS))[:10_000], share=0.1)
    whole = find_threshold(TEXTS, np.sort(_scores(TEXTS)), share=0.1, sample=10_000)
    assert whole.score == pytest.approx(0.9**3, abs=0.03)
    assert head.score < 0.1


def test_order_does_not_matter_and_the_best_are_kept():
    texts, scores = TEXTS[:500], _scores(TEXTS[:500]).round(1)
    order = Random(1).sample(range(500), 500)
    one = dict(zip(texts, select_best(texts, scores, share=0.2), strict=True))
    other = select_best([texts[n] for n in order], scores[order], share=0.2)
    assert [one[texts[n]] for n in order] == other
    assert list(one.values()).count("") == 100
    kept = np.array([not reason for reason in one.values()])
    assert scores[kept].min() >= scores[~kept].max()


def test_scores_that_are_no_numbers_are_dropped():
    assert select_best(["a", "b", "c"], [np.nan, 0.1, 0.2], share=0.9)[0] == "below_quantile"


def test_random_selection_is_nested():
    some, more = (select_random(TEXTS[:5000], share=share) for share in (0.2, 0.4))
    assert abs(some.count("") / 5000 - 0.2) < 0.02
    assert all(not b for a, b in zip(some, more, strict=True) if not a)


def test_registers_are_balanced_in_bytes():
    texts = [f"{n:04d}" + "x" * (n % 50) for n in range(600)]
    labels = ["tweet" if n < 60 else "scripture" if n < 500 else "menu" for n in range(600)]
    reasons = select_balanced(texts, labels, shares={"tweet": 1, "scripture": 2})
    size = {
        name: sum(len(t) for t, label, r in zip(texts, labels, reasons, strict=True) if label == name and not r)
        for name in set(labels)
    }
    assert size["tweet"] == sum(map(len, texts[:60]))
    assert size["scripture"] == pytest.approx(2 * size["tweet"], rel=0.02)
    assert set(reasons[500:]) == {"other_label"}
    again = select_balanced(texts[::-1], labels[::-1], shares={"tweet": 1, "scripture": 2})
    assert again[::-1] == reasons


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: select_best(["a"], [1], share=0), "share must"),
        (lambda: select_best(["a"], [1, 2], share=0.5), "a score for each"),
        (lambda: select_best([], [], share=0.5), "no document"),
        (lambda: select_random(["a"], share=2), "share must"),
        (lambda: select_balanced(["a"], []), "a label for each"),
        (lambda: select_balanced(["a"], ["x"], shares={"y": 1}), "'y'"),
    ],
)
def test_mistakes_are_said(call, said):
    with pytest.raises(LectError, match=said):
        call()
