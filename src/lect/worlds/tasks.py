"""Tasks with known answers, made of CLDR phrases."""

from typing import Any

from lect.artifacts.opening import combined_hash
from lect.artifacts.tasks import Labeled, Tagged, Task
from lect.worlds.phrasing import phrases

_OUTSIDE = "other"


def slots(language: str, n: int, *, seed: int = 0) -> Task:
    """Return a tagging task: `n` phrases whose words carry the slot that they fill (a number, a territory, a date, …).

    The spans of `worlds.phrases` are the truth. Four fifths are for training, a tenth each for dev and test; a phrase
    that occurs twice is in one part only.

    >>> slots("Faroese", 20).labels[:2]  # doctest: +SKIP
    ['day', 'month']
    """
    splits: dict[str, list[Any]] = {"train": [], "dev": [], "test": []}
    for document in phrases(language, n, seed=seed):
        words, tags, start = [], [], 0
        for word in document["text"].split():
            start = document["text"].index(word, start)
            here = [label for first, last, label in document["spans"] if first < start + len(word) and start < last]
            words.append(word)
            tags.append(here[0] if here else _OUTSIDE)
            start += len(word)
        splits[_part_of(document["text"])].append(Tagged(words, tags, document["id"]))
    labels = sorted({tag for sentence in splits["train"] for tag in sentence.tags})
    return Task("slots", "tagging", splits, labels, [{"made": "CLDR phrases"}])


def phrase_kinds(language: str, n: int, *, seed: int = 0) -> Task:
    """Return a classification task: of which kind (a date, a quantity, money, …) is a phrase?

    The parts are those of `slots`: four fifths, a tenth, a tenth; a phrase that occurs twice is in one part only.

    >>> phrase_kinds("Faroese", 20).kind
    'classification'
    """
    splits: dict[str, list[Any]] = {"train": [], "dev": [], "test": []}
    for document in phrases(language, n, seed=seed):
        splits[_part_of(document["text"])].append(Labeled(document["text"], document["kind"], id=document["id"]))
    labels = sorted({example.label for example in splits["train"]})
    return Task("kinds", "classification", splits, labels, [{"made": "CLDR phrases"}])


def _part_of(text: str) -> str:
    """Return the part in which a phrase is, by its hash."""
    return {0: "test", 1: "dev"}.get(int(combined_hash(text)[:8], 16) % 10, "train")
