"""The n-grams of many texts at once are those of each alone, and no window runs from one text into the next."""

import numpy as np

from lect.corpus.identification.hashing import BUCKETS, hash_ngrams

ORDERS = (0, 1, 2, 3, 4, 5)
TEXTS = ["Gott kvøld", "", "12 – 3", "  a--b  ", "語", "x\n\ny", "\ud800 lone", "İstanbul", "nul\0nul", "a" * 300, " "]


def _alone(text, orders=ORDERS):
    return hash_ngrams([text], orders).flat().tolist()


def test_a_batch_is_read_like_its_texts_alone():
    together = hash_ngrams(TEXTS, ORDERS)
    assert len(together.starts) == len(TEXTS) + 1
    for text, start, end in zip(TEXTS, together.starts, together.starts[1:], strict=False):
        own = together.buckets[start:end]
        assert own[own > 0].tolist() == _alone(text)


def test_every_ngram_is_counted_once():
    for text, letters, spaces in (("abc", 3, 2), ("ab cd", 4, 3)):
        for order in (2, 3, 4):
            assert len(_alone(text, (order,))) == letters + spaces - order + 1
        assert len(_alone(text, (1,))) == letters
        assert len(_alone(text, (0,))) == len(text.split())


def test_case_punctuation_and_runs_of_spaces_do_not_count():
    assert _alone("Hús 3, hús!") == _alone("hús hús")
    assert _alone("l’été") == _alone("L'ÉTÉ")
    assert _alone("12:30 …") == []


def test_a_word_hashes_alike_wherever_it_stands_and_unlike_its_anagram():
    assert _alone("hest", (0,))[0] == _alone("ein hest", (0,))[1]
    assert _alone("ab", (0,)) != _alone("ba", (0,))


def test_buckets_are_spread():
    words = np.array(_alone(" ".join(f"ord{chr(97 + a)}{chr(97 + b)}" for a in range(26) for b in range(26)), (0,)))
    assert len(words) == 676
    assert len(np.unique(words)) > 670
    assert words.min() > 0
    assert words.max() < BUCKETS


def test_nothing_gives_nothing():
    assert hash_ngrams([], ORDERS).buckets.shape == (0, 6)
