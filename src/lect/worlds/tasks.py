"""Tasks with known answers, made of CLDR phrases."""

from lect.artifacts.opening import combined_hash
from lect.artifacts.tasks import Tagged, Task
from lect.worlds.phrasing import phrases

_OUTSIDE = "other"


def slots(language: str, n: int, *, seed: int = 0) -> Task:
    """Return a tagging task: `n` phrases whose words carry the slot that they fill (a number, a territory, a date, …).

    The spans of `worlds.phrases` are the truth. Four fifths are for training, a tenth each for dev and test; a phrase
    that occurs twice is in one part only.

    >>> slots("Faroese", 20).labels[:2]  # doctest: +SKIP
    ['day', 'month']
    """
    splits: dict[str, list[Tagged]] = {"train": [], "dev": [], "test": []}
    for document in phrases(language, n, seed=seed):
        words, tags, start = [], [], 0
        for word in document["text"].split():
            start = document["text"].index(word, start)
            here = [label for first, last, label in document["spans"] if first < start + len(word) and start < last]
            words.append(word)
            tags.append(here[0] if here else _OUTSIDE)
            start += len(word)
        tenth = int(combined_hash(document["text"])[:8], 16) % 10
        part = {0: "test", 1: "dev"}.get(tenth, "train")
        splits[part].append(Tagged(words, tags, document["id"]))
    labels = sorted({tag for sentence in splits["train"] for tag in sentence.tags})
    identity = combined_hash("slots", language, str(n), str(seed))
    return Task("slots", "tagging", splits, labels, identity, [{"made": "CLDR phrases"}])
