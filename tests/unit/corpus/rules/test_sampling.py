import random

import pytest

from lect.artifacts import LectError
from lect.corpus.rules.sampling import sample_rejects

TEXTS = [f"text {number}" for number in range(50)]
REASONS = ["", "short", "short", "adult", ""] * 10


def test_rejects_are_those_of_the_reason_and_not_the_head():
    sampled = sample_rejects(TEXTS, REASONS, per_reason=4)
    assert list(sampled) == ["short", "adult"], "the most frequent first"
    assert [len(some) for some in sampled.values()] == [4, 4]
    assert set(sampled["adult"]) <= {text for text, reason in zip(TEXTS, REASONS, strict=True) if reason == "adult"}
    assert sampled["short"] != [text for text, reason in zip(TEXTS, REASONS, strict=True) if reason == "short"][:4]


def test_order_does_not_matter_and_the_seed_does():
    pairs = list(zip(TEXTS, REASONS, strict=True))
    random.Random(1).shuffle(pairs)
    texts, reasons = zip(*pairs, strict=True)
    assert sample_rejects(texts, reasons, per_reason=4) == sample_rejects(TEXTS, REASONS, per_reason=4)
    assert sample_rejects(TEXTS, REASONS, seed=1) != sample_rejects(TEXTS, REASONS, seed=0)


def test_equal_texts_are_shown_once():
    assert sample_rejects(["a"] * 9, ["x"] * 9) == {"x": ["a"]}


def test_what_does_not_fit_is_refused():
    with pytest.raises(LectError, match="one reason for each"):
        sample_rejects(["a"], [])
    with pytest.raises(LectError, match="at least 1"):
        sample_rejects(["a"], ["x"], per_reason=0)
