"""Fair tokenizers: shares move until prices meet."""

import pytest

from lect import worlds
from lect.artifacts.errors import LectError
from lect.vocab.learners.balancing import blend
from lect.vocab.learners.fair_learning import FAIR, learn_fair
from lect.vocab.learners.learning import learn
from lect.vocab.measures.premiums import parity, split_parallel

TAGS = {"eng": "en", "fao": "fo", "kaz": "kk", "tam": "ta"}


@pytest.fixture(scope="module")
def texts():
    return {language: worlds.phrases(tag, 800, seed=5) for language, tag in TAGS.items()}


@pytest.fixture(scope="module")
def halves():
    pairs = {language: list(worlds.parallel(tag, "en", 300, seed=6)) for language, tag in TAGS.items()}
    return split_parallel({language: [source for source, _ in found] for language, found in pairs.items()})


def test_the_costliest_language_pays_less(texts, halves):
    seen, heldout = halves
    found = learn_fair(texts, seen, size=700, rounds=4)
    first, last = found.history[0], found.history[-1]
    assert set(first.weights.values()) == {0.25}
    assert last.disparity < first.disparity
    costliest = max(first.premiums, key=first.premiums.get)
    assert last.weights[costliest] > 0.25
    for one in found.history:
        assert sum(one.weights.values()) == pytest.approx(1)
        assert one.disparity == pytest.approx(max(one.premiums.values()) / min(one.premiums.values()))
    best = min(found.history, key=lambda one: one.disparity)
    assert found.weights == best.weights
    assert parity(found.tokenizer, seen).disparity == best.disparity
    total = sum(text.megabytes for text in texts.values())
    equal = learn(blend(texts, dict.fromkeys(texts, total / 4)), size=700)
    assert parity(found.tokenizer, heldout).disparity < parity(equal, heldout).disparity
    again = learn_fair(texts, seen, size=700, rounds=4)
    assert again.history == found.history
    assert again.tokenizer.get_vocab() == found.tokenizer.get_vocab()


def test_it_stops_where_nobody_is_worse_off(texts, halves):
    twins = {"eng": texts["eng"], "copy": texts["eng"]}
    found = learn_fair(twins, {"eng": halves[0]["eng"], "copy": halves[0]["eng"]}, size=400)
    assert len(found.history) == 1
    assert found.history[0].disparity == 1 < FAIR


def test_bad_input(texts, halves):
    with pytest.raises(LectError, match="pass the same languages"):
        learn_fair({"eng": texts["eng"], "isl": texts["fao"]}, halves[0])
    with pytest.raises(LectError, match="rounds must be at least 1"):
        learn_fair(texts, halves[0], rounds=0)
    with pytest.raises(LectError, match="eta above 0"):
        learn_fair(texts, halves[0], eta=0)
    with pytest.raises(LectError, match="no text of the reference"):
        learn_fair(texts, halves[0], size=400, rounds=1, reference="deu")
