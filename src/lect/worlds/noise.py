"""Artificial text: what is left of a real text without its words, or without everything but nesting."""

from collections.abc import Callable, Iterator
from random import Random

from lect.artifacts.opening import combined_hash
from lect.artifacts.texts import Document, Text


def shuffled(text: Text, *, seed: int = 0) -> Text:
    """Return a text of the same characters, those of each document in random order.

    How often each character occurs is kept, in every document and so in bytes; nothing else is. A document's order is a
    function of (`seed`, document).

    >>> from lect.artifacts import read
    >>> [document["text"] for document in shuffled(read(["Góðan morgun"]))]
    ['m nónroaGugð']
    """

    def deal(string: str, random: Random) -> str:
        return "".join(random.sample(string, len(string)))

    return _changed(text, deal, f"shuffled|{seed}", "-x-shuffled", seed)


def nested(text: Text, *, seed: int = 0) -> Text:
    """Return a text in which every character opens a bracket that the same character closes, nested without crossing.

    Hierarchy without language (Papadimitriou and Jurafsky, 2020): at each place a new bracket is opened or the innermost
    one closed, each with probability ½ where both can be done. The opening characters are a random half of the
    document's own, so that a document keeps its length (if odd, less one), and about its frequencies.

    >>> from lect.artifacts import read
    >>> [document["text"] for document in nested(read(["Góðan morgun"]))]
    ['rrnnóón mm n']
    """

    def nest(string: str, random: Random) -> str:
        waiting = random.sample(string, len(string) // 2)
        stack: list[str] = []
        made: list[str] = []
        while waiting or stack:
            opens = waiting and (not stack or random.random() < 0.5)
            stack += [waiting.pop()] if opens else []
            made.append(stack[-1] if opens else stack.pop())
        return "".join(made)

    return _changed(text, nest, f"nested|{seed}", "-x-nested", seed)


def _changed(text: Text, change: Callable[[str, Random], str], how: str, label: str, seed: int) -> Text:
    """Return the text with every document changed; what else was known of places in it is dropped."""

    def documents() -> Iterator[Document]:
        for document in text:
            kept = {key: value for key, value in document.items() if key != "spans"}
            if document.get("language"):
                kept["language"] += label
            yield kept | {"text": change(document["text"], Random(f"{seed}|{document['text']}"))}

    return Text(documents, combined_hash(how, text.identity), text.sources)
