"""Fluency: probabilities that add up, an order that pays, words in order told from the same shuffled."""

import numpy as np
import pytest

from lect import worlds
from lect.artifacts import read
from lect.artifacts.errors import LectError
from lect.corpus.grading.character_models import Table, learn_characters
from lect.corpus.grading.fluency import learn_fluency, load_fluency
from lect.corpus.grading.measures import auc
from lect.corpus.grading.planting import spoil


@pytest.fixture(scope="module")
def texts():
    phrases = list(worlds.phrases("fo", 1500, seed=1).strings())
    return [" ".join(phrases[start : start + 4]) for start in range(0, len(phrases), 4)]


@pytest.mark.parametrize("least", [1, 3])
def test_probabilities_add_up_to_one(least):
    model = learn_characters(["abracadabra", "banana band", "a", "cab drab"], order=4, least=least)
    for before in ("", "a", "ab", "zz", "abra", "ban"):
        total = sum(
            model.probabilities(np.array([10, *map(ord, before), int(code)], dtype=np.uint64))[-1]
            for code in [*model.alphabet, ord("Z")]
        )
        assert total == pytest.approx(1, abs=1e-5), before


def test_two_orders_by_hand():
    model = learn_characters(["ab"], order=2, least=1)
    a, b = model.probabilities(np.array([10, ord("a"), ord("b")], dtype=np.uint64))[1:]
    # in both orders two n-grams occur once and none twice (taken as 1): D = 1 − 2 · (2 / 4) · (1 / 2) = 1/2
    first = (1 - 1 / 2) / 2 + 1 / 2 * 1 / 3
    assert [a, b] == pytest.approx([1 / 2 + 1 / 2 * first] * 2, abs=1e-6)


def test_tables_find_what_is_there_and_nothing_else():
    hashes = np.unique(np.random.default_rng(0).integers(0, 2**64, 5000, dtype=np.uint64))
    values = np.random.default_rng(1).random((len(hashes[::2]), 2))
    found = Table(hashes[::2], values).look_up(hashes)
    assert np.allclose(found[::2], values)
    assert (found[1::2] == [0, 1]).all()
    assert Table(hashes[:0], values[:0]).look_up(hashes[:3]).tolist() == [[0, 1]] * 3


def test_longer_contexts_help(texts):
    seen, unseen = texts[:300], texts[300:]
    bits = [np.mean(learn_characters(seen, order=order).bits(unseen)) for order in (2, 4, 7)]
    assert bits[0] > bits[1] > bits[2]


def test_shuffled_words_and_other_languages_are_less_fluent(texts):
    fluency = learn_fluency(texts[:300], heldout=0.1)
    clean = texts[300:]
    salad = list(spoil(read(clean), defects=["salad"]).strings())
    other = list(worlds.phrases("fi", 70, seed=2).strings())
    scores = fluency.measure(clean + salad + other + ["", "orð"])["fluency"]
    assert auc(scores[: 2 * len(clean)], [True] * len(clean) + [False] * len(clean)) > 0.95
    assert np.median(scores[: len(clean)]) > 0.6
    assert abs(np.median(scores[len(clean) : 2 * len(clean)])) < 0.2
    assert (scores[-2:] == 0).all()


def test_it_is_saved_and_read_back(texts, tmp_path):
    fluency = learn_fluency(texts[:100], heldout=0.1)
    again = load_fluency(fluency.save(tmp_path / "fo"))
    assert np.array_equal(fluency.bits(texts[100:150]), again.bits(texts[100:150]))
    (tmp_path / "fo" / "fluency.safetensors").write_bytes(b"\x08")
    with pytest.raises(LectError, match="no model of fluency"):
        load_fluency(tmp_path / "fo")


def test_scores_do_not_depend_on_the_batch(texts):
    model = learn_characters(texts[:100])
    some = [*texts[100:110], "", "a\n\n b\t c\r\nd", "\ud800", "日本語"]
    whole = model.bits(some)
    assert np.allclose(whole, [model.bits([one])[0] for one in some])
    assert whole[10] == 0


def test_too_little_text_is_refused():
    with pytest.raises(LectError):
        learn_characters(["", " \n "])
    with pytest.raises(LectError, match="order must be"):
        learn_characters(["abc"], order=1)
