"""Morfessor, quicker: the same prices, whole characters, the same every time."""

import random

import pytest

from lect.vocab.learners.morphs import _model, _train, cost_with, learn_morphs, tried_cost

morfessor = pytest.importorskip("morfessor.baseline", reason="needs morfessor: pip install 'lect[morph]'")


@pytest.fixture(scope="module")
def words(mixed):
    return {word.encode(): 1 for string in mixed for word in string.lower().split()}


def test_prices_are_morfessors(words):
    """Every way to cut every construction of a trained model: the closed form against trying it out."""
    model = _model(morfessor, 150)
    model.load_data((1, word.decode("latin-1")) for word in sorted(words)[:150])
    _train(model, random.Random(0))
    whole = model.get_cost()
    compared = 0
    for word in sorted(model._analyses)[:200]:
        for middle in range(1, len(word)):
            parts = word[:middle], word[middle:]
            assert cost_with(model, parts, 2) == pytest.approx(tried_cost(model, parts, 2), abs=1e-6)
            compared += 1
    assert compared > 500
    assert model.get_cost() == pytest.approx(whole, abs=1e-6)


def test_as_good_as_morfessor_itself(words):
    """Both from the same words with a fixed weight: costs within one percent."""
    costs = []
    for model in (_model(morfessor, 150), morfessor.BaselineModel(nosplit_re="(?s).[\x80-\xbf]")):
        model.set_corpus_weight_updater(1.0)
        model.load_data((1, word.decode("latin-1")) for word in sorted(words)[::6])
        _train(model, random.Random(0))
        costs.append(model.get_cost())
    assert costs[0] == pytest.approx(costs[1], rel=0.01)


def test_morphs_are_whole_characters_and_shares_sum_to_one(words):
    state = random.getstate()
    some = dict(list(words.items())[::9])
    found = learn_morphs(some, limit=120)
    assert random.getstate() == state
    assert sum(found.values()) == pytest.approx(1)
    assert all(len(morph) > 1 and morph.decode() for morph in found)
    assert 20 < len(found) <= 120
    assert found == learn_morphs(dict(reversed(some.items())), limit=120)


def test_endings_are_found():
    stems = ["hest", "bát", "fugl", "gard", "arm", "stein", "dal", "heim", "dag", "kalv", "orm", "hval"]
    endings = ["ur", "ar", "um", "anna", "in"]
    words = {(stem + ending).encode(): 1 for stem in stems for ending in endings}
    found = learn_morphs(words, limit=40)
    assert {morph.decode() for morph in found} == {*stems, *endings}
