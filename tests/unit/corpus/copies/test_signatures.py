"""Sets of shingles are those of a plain reading, and candidates come as often as theory says."""

import random

import numpy as np
import pytest

from lect.artifacts.errors import LectError
from lect.corpus.copies.candidates import jaccard
from lect.corpus.copies.settings import Setting
from lect.corpus.copies.signatures import sign


def _sets(signed):
    return np.split(signed.shingles, signed.ends[:-1])


def _plain(text, ngram=3):
    words = text.lower().split()
    return {tuple(words[at : at + ngram]) for at in range(max(len(words) - ngram + 1, 1))}


def test_similarities_are_those_of_sets_of_word_runs():
    chance = random.Random(0)
    texts = [" ".join(chance.choice("abcd") for _ in range(chance.randrange(1, 40))) for _ in range(80)]
    sets, plain = _sets(sign(texts, Setting())), [_plain(text) for text in texts]
    for one in range(0, 80, 2):
        expected = len(plain[one] & plain[one + 1]) / len(plain[one] | plain[one + 1])
        assert jaccard(sets[one], sets[one + 1]) == pytest.approx(expected)
    assert [len(own) for own in sets] == [len(own) for own in plain]


def test_short_and_empty_documents_are_one_shingle():
    sets = _sets(sign(["", "!!", "??", "a", "a b", "a b c", "A b."], Setting()))
    assert [len(own) for own in sets] == [1] * 7
    assert len({int(own[0]) for own in sets}) == 6
    assert sets[4] == sets[6]


@pytest.mark.parametrize(("bands", "rows"), [(24, 5), (20, 6), (17, 15)])
def test_the_s_curve_is_that_of_theory_within_three_points(bands, rows):
    setting, chance = Setting(bands=bands, rows=rows, ngram=1), random.Random(1)
    pairs, sizes = 1500, 120
    for similarity in (0.3, 0.5, 0.7, 0.8, 0.9):
        common = round(2 * sizes * similarity / (1 + similarity))
        texts = []
        for _ in range(pairs):
            words = [f"w{chance.getrandbits(40)}" for _ in range(2 * sizes - common)]
            texts += [" ".join(words[:sizes]), " ".join(words[:common] + words[sizes:])]
        keys = sign(texts, setting).keys
        met = (keys[:, ::2] == keys[:, 1::2]).any(axis=0).mean()
        assert met == pytest.approx(setting.chance(common / (2 * sizes - common)), abs=0.03)


@pytest.mark.parametrize("wrong", [{"bands": 0}, {"rows": 2.5}, {"threshold": 0}, {"threshold": 1.5}, {"ngram": -1}])
def test_a_setting_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(LectError, match=next(iter(wrong))):
        Setting(**wrong)
