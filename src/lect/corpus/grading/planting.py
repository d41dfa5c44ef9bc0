"""Text spoiled on purpose, so that it is known what a grader should find: word salad, menus, lists of tags, repetition."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random

import numpy as np

from lect.artifacts.errors import LectError
from lect.artifacts.opening import combined_hash
from lect.artifacts.texts import Document, Text
from lect.corpus.choosing.drawing import content_keys

Spoiler = Callable[[list[str], Random], str]


def _salad(words: list[str], random: Random) -> str:
    return " ".join(random.sample(words, len(words)))


def _menu(words: list[str], random: Random) -> str:
    return " | ".join(word.strip(".,;:!?").title() for word in random.sample(words, min(len(words), 25)))


def _tags(words: list[str], random: Random) -> str:
    return " ".join(f"#{word.strip('.,;:!?').lower()}" for word in random.sample(words, min(len(words), 25)))


def _repeated(words: list[str], random: Random) -> str:
    line = " ".join(words[: random.randint(2, 6)])
    return "\n".join([line] * max(2, len(words) // 4))


SPOILERS: dict[str, Spoiler] = {"salad": _salad, "menu": _menu, "tags": _tags, "repeated": _repeated}
"""Name of a defect → how the words of a document become it."""


def spoil(text: Text, *, defects: Sequence[str] = tuple(SPOILERS), seed: int = 0) -> Text:
    r"""Return the text with each document spoiled in one of the ways named, which its column `defect` says.

    Which way, and how, is decided by a hash of the document and `seed`: `salad` (its words in random order), `menu`
    (words between bars), `tags` (words as hash tags), `repeated` (its first words again and again).

    >>> from lect.artifacts import read
    >>> [d["text"] for d in spoil(read(["Ein góður dagur"]), defects=["repeated"])]
    ['Ein góður dagur\nEin góður dagur']
    """
    if strange := sorted(set(defects) - set(SPOILERS)):
        raise LectError(f"there is no defect {strange[0]!r}; there are {', '.join(SPOILERS)}")

    def documents() -> Iterator[Document]:
        for document in text:
            random = Random(combined_hash(str(seed), document["text"]))
            defect = random.choice(list(defects))
            yield document | {"text": SPOILERS[defect](document["text"].split(), random), "defect": defect}

    return Text(documents, combined_hash("spoil", text.identity, str(seed), *defects), text.sources)


def deal(text: Text, shares: Mapping[str, float]) -> dict[str, Text]:
    """Return the documents in parts of about these shares (0–1, together 1), decided by a hash of each document.

    >>> from lect.artifacts import read
    >>> [len(list(part)) for part in deal(read(["a", "b"]), {"one": 0.5, "other": 0.5}).values()]
    [1, 1]
    """
    if any(share <= 0 for share in shares.values()) or abs(sum(shares.values()) - 1) > 1e-9:
        raise LectError(f"shares must be above 0 and add up to 1; found {dict(shares)}")
    ends = [*np.cumsum(list(shares.values()))[:-1].tolist(), 1.0]
    starts = [0.0, *ends[:-1]]
    return {name: _between(text, low, high) for name, low, high in zip(shares, starts, ends, strict=True)}


def _between(text: Text, low: float, high: float) -> Text:
    def documents() -> Iterator[Document]:
        keyed = ((document, content_keys([document["text"]], 7)[0]) for document in text)
        return (document for document, key in keyed if low <= key < high)

    return Text(documents, combined_hash("deal", text.identity, f"{low:.9f}", f"{high:.9f}"), text.sources)
