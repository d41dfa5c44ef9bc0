"""A setting is chosen by what it finds of planted copies, and never one that drops what is no copy."""

import random

import pytest

from lect.artifacts.errors import LectError
from lect.corpus.copies.choosing import choose_setting, plant_edits
from lect.corpus.copies.settings import Setting


def _texts(number=400, words=120):
    chance = random.Random(0)
    return [" ".join(f"w{chance.randrange(2000)}" for _ in range(words)) for _ in range(number)]


def test_planted_edits_change_that_share_of_the_words():
    texts = _texts(10, words=200)
    edited, shares = plant_edits(texts, (0.0, 0.1), random.Random(0))
    changed = [
        sum(a != b for a, b in zip(one.split(), other.split(), strict=True))
        for one, other in zip(texts, edited, strict=True)
    ]
    assert shares == [0.0, 0.1] * 5
    assert all(number == 0 for number in changed[::2])
    assert all(17 <= number <= 20 for number in changed[1::2])


def test_looser_settings_find_more_and_the_best_is_chosen():
    strict, loose = Setting(bands=14, rows=8, ngram=5), Setting()
    choice = choose_setting(_texts(), settings=[strict, loose])
    assert choice.setting == loose
    by = {trial.setting: trial for trial in choice.trials}
    assert by[loose].recall[0.01] == by[loose].recall[0.02] == 1.0
    assert by[loose].recall[0.05] >= 0.96
    assert by[loose].recall[0.1] >= 0.67
    assert by[strict].recall[0.1] < 0.4
    assert by[loose].false < 0.02
    assert "24    5" in str(choice)


def test_false_removals_rule_a_setting_out():
    menu = " ".join(f"m{n}" for n in range(60))
    pages = [f"{menu} {text}" for text in _texts(200, words=60)]  # J about 0.32
    bad = Setting(bands=100, rows=1, threshold=0.2)
    assert choose_setting(pages, settings=[bad, Setting()]).setting == Setting()
    with pytest.raises(LectError, match="2 %"):
        choose_setting(pages, settings=[bad])


def test_texts_too_short_for_edits_are_refused():
    with pytest.raises(LectError, match="20 words"):
        choose_setting(["a b c"])
