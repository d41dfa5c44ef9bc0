"""Stop words: known ones, and those that a text of the language teaches."""

from collections import Counter
from collections.abc import Iterable
from itertools import chain

import numpy as np

from lect.artifacts.errors import LectError
from lect.corpus.rules.characters import WORDS
from lect.languages.finding import find

_GOPHER = {"eng": ("the", "be", "to", "of", "and", "that", "have", "with")}


def stop_words_of(language: str) -> frozenset[str]:
    """Return the stop words known of a language: Gopher's eight for English (Rae et al., 2021), else none.

    >>> sorted(stop_words_of("English"))[:3], stop_words_of("fao")
    (['and', 'be', 'have'], frozenset())
    """
    return frozenset(_GOPHER.get(find(language).iso639_3, ()))


def learn_stop_words(strings: Iterable[str], *, coverage: float = 0.18, most: int = 100) -> frozenset[str]:
    """Return the most frequent words of a text that together make up the share `coverage` (0 to 1) of its words.

    At least eight, at most `most`. Gopher's eight words are about 0.18 of English running text (ours), so that a rule
    which asks for two of them asks about as much in any language. Words are lower case; in a
    script without spaces between words they are single letters.

    >>> "og" in learn_stop_words(["Hann og hon og tey", "Eg og tú", "Vit og tit, ið eru her í dag"])
    True
    """
    if not 0 < coverage <= 1 or most < 8:
        raise LectError(f"coverage is a share above 0 and up to 1, and most at least 8; found {coverage} and {most}")
    counts = Counter(chain.from_iterable(WORDS.findall(string.lower()) for string in strings))
    if not counts:
        raise LectError("there are no words to learn stop words from; pass running text of the language")
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    reached = np.cumsum([count for _, count in ranked]) / counts.total()
    needed = int(np.searchsorted(reached, coverage)) + 1
    return frozenset(word for word, _ in ranked[: min(max(needed, 8), most)])
