"""Choosing a setting for finding copies: recall on edits planted in the user's own text."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lect.artifacts.errors import LectError
from lect.artifacts.texts import read
from lect.corpus.copies.candidates import jaccard
from lect.corpus.copies.finding import Copies, find_copies
from lect.corpus.copies.settings import Setting
from lect.corpus.copies.signatures import Signatures, sign

GRID = (
    Setting(bands=14, rows=8, ngram=5),
    Setting(bands=17, rows=15, threshold=0.8),
    Setting(bands=20, rows=6),
    Setting(),
    Setting(bands=40, rows=4),
)
"""FineWeb-2 (with our check), HPLT 3, the setting before ours, ours, and one that looks further."""
EDITS = (0.01, 0.02, 0.05, 0.1)
_FEWEST = 20  # words of a document in which edits are planted
_UNLIKE = 0.5  # a document was dropped falsely if no kept one has this Jaccard similarity of runs of three words
_FALSE = 0.02  # the most false removals of a setting that may be chosen


@dataclass(frozen=True)
class Trial:
    """What one setting finds of the planted copies."""

    setting: Setting
    recall: dict[float, float]
    """share of the words edited → share of the planted copies found"""
    false: float
    """share of all documents that are dropped though no kept one of their cluster has a Jaccard similarity of 0.5"""
    natural: float
    """share of the documents without a planted copy that are dropped: copies that the text had before"""


@dataclass(frozen=True)
class Choice:
    """The trials of several settings, and the setting chosen."""

    trials: list[Trial]
    setting: Setting

    def __str__(self) -> str:
        head = (
            "bands rows ngram threshold "
            + "".join(f"{share:>6.0%}" for share in self.trials[0].recall)
            + "  false natural"
        )
        return "\n".join([head, *(self._line(trial) for trial in self.trials)])

    def _line(self, trial: Trial) -> str:
        own = trial.setting
        recall = "".join(f"{value:6.2f}" for value in trial.recall.values())
        mark = "  <" if own == self.setting else ""
        return f"{own.bands:5} {own.rows:4} {own.ngram:5} {own.threshold:9} {recall} {trial.false:6.3f} {trial.natural:7.3f}{mark}"


def choose_setting(
    text: Any,
    *,
    settings: Sequence[Setting] = GRID,
    edits: Sequence[float] = EDITS,
    documents: int = 2000,
    seed: int = 0,
) -> Choice:
    """Plant copies with edited words in a sample of the text, and show which settings find them and what else they drop.

    Of `documents` documents, drawn at random, each fourth has a planted copy, in which a share of the words (one of
    `edits` in turn, 0–1) is replaced at random places by words of the text. Chosen is the setting with the best recall
    in sum among those with at most 2 % false removals, of equals the one with the fewest hashes.

    >>> print(choose_setting(["one two three four five six seven eight nine " * 9] * 2, settings=[Setting()]).setting.rows)
    5
    """
    chance = random.Random(seed)
    sample = _sample([*read(text).strings()], documents, chance)
    planted, shares = plant_edits(sample[::4], edits, chance)
    trials = [_try(sample, planted, shares, setting) for setting in settings]
    allowed = [trial for trial in trials if trial.false <= _FALSE]
    if not allowed:
        raise LectError(
            "every setting drops more than 2 % of the documents without a copy; pass settings with a higher threshold"
        )
    best = max(allowed, key=lambda one: (sum(one.recall.values()), -one.setting.bands * one.setting.rows))
    return Choice(trials, best.setting)


def plant_edits(strings: Sequence[str], edits: Sequence[float], chance: random.Random) -> tuple[list[str], list[float]]:
    """Return a copy of each text with a share of its words replaced, and that share: each of `edits` in turn."""
    words = [word for string in strings for word in string.split()]
    shares = [edits[place % len(edits)] for place in range(len(strings))]
    return [_edit(string, share, words, chance) for string, share in zip(strings, shares, strict=True)], shares


def _edit(string: str, share: float, words: list[str], chance: random.Random) -> str:
    own = string.split()
    for place in chance.sample(range(len(own)), round(share * len(own))):
        own[place] = chance.choice(words)
    return " ".join(own)


def _sample(strings: list[str], size: int, chance: random.Random) -> list[str]:
    """Return documents of at least 20 words (in fewer, a share of 5 % is no word), each text once."""
    long = sorted({string for string in strings if len(string.split()) >= _FEWEST})
    if not long:
        raise LectError(f"no document of the text has {_FEWEST} words, so that nothing can be planted in it")
    return chance.sample(long, min(size, len(long)))


def _try(sample: list[str], planted: list[str], shares: list[float], setting: Setting) -> Trial:
    """Return what a setting finds; a planted copy is found if it and its original are not both kept."""
    copies = find_copies([{"text": string} for string in [*sample, *planted]], setting=setting)
    gone = np.array([reason != "" for reason in copies.reasons])
    alone = np.ones(len(sample), dtype=bool)
    alone[::4] = False
    found = gone[: len(sample)][::4] | gone[len(sample) :]
    recall = {share: float(found[[one == share for one in shares]].mean()) for share in sorted(set(shares))}
    false = _false(sign([*sample, *planted], Setting()), copies)
    return Trial(
        setting, recall, false / len(copies.reasons), float(gone[: len(sample)][alone].mean()) if alone.any() else 0.0
    )


def _false(signed: Signatures, copies: Copies) -> int:
    """Return how many documents were dropped that no kept one of their cluster is like."""
    sets = np.split(signed.shingles, signed.ends[:-1])
    kept: dict[int, list[int]] = {}
    for place, reason in enumerate(copies.reasons):
        if not reason:
            kept.setdefault(int(copies.cluster[place]), []).append(place)
    return sum(
        max((jaccard(sets[place], sets[other]) for other in kept.get(int(copies.cluster[place]), [])), default=0.0)
        < _UNLIKE
        for place, reason in enumerate(copies.reasons)
        if reason
    )
