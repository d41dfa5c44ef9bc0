"""Artificial text keeps the characters of a real one, and its kind of structure is exactly what it says."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lect.artifacts import read
from lect.worlds import nested, phrases, shuffled

STRINGS = st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=5)


@settings(deadline=None, max_examples=100)
@given(STRINGS, st.integers(0, 3))
def test_shuffled_documents_have_the_characters_of_their_own(strings, seed):
    text = read([{"text": "."}, *({"text": string} for string in strings)])
    for document, other in zip(text, shuffled(text, seed=seed), strict=True):
        assert Counter(document["text"]) == Counter(other["text"])
        assert document["id"] == other["id"]


@settings(deadline=None, max_examples=100)
@given(STRINGS, st.integers(0, 3))
def test_nested_documents_are_nested_and_as_long(strings, seed):
    text = read([{"text": "."}, *({"text": string} for string in strings)])
    for document, other in zip(text, nested(text, seed=seed), strict=True):
        halves = Counter(other["text"])
        assert len(other["text"]) == len(document["text"]) // 2 * 2
        assert all(count % 2 == 0 for count in halves.values())
        assert not Counter({c: n // 2 for c, n in halves.items()}) - Counter(document["text"])
        assert _crosses_nowhere(other["text"])


def _crosses_nowhere(string):
    """Whether a string is empty once pairs of equal neighbors are taken out, which any well nested one is."""
    stack = []
    for character in string:
        if stack and stack[-1] == character:
            stack.pop()
        else:
            stack.append(character)
    return not stack


@pytest.mark.parametrize("make", [shuffled, nested])
def test_noise_is_deterministic_by_seed_and_document_and_leaves_no_words(make):
    text = phrases("fo", 60, sentences_per_document=3)
    first, second, other = (list(make(text, seed=seed).strings()) for seed in (1, 1, 2))
    assert first == second != other
    assert make(text, seed=1).identity == make(text, seed=1).identity != make(text, seed=2).identity
    alone = read([{"text": next(text.strings())}])
    assert list(make(alone, seed=1).strings()) == first[:1]
    words = {word for string in text.strings() for word in string.split() if len(word) > 3}
    left = [word for string in first for word in string.split() if len(word) > 3]
    assert sum(word in words for word in left) < 0.02 * len(left)


@pytest.mark.parametrize("make", [shuffled, nested])
def test_what_is_known_of_places_goes_and_the_language_says_so(make):
    text = phrases("fo", 5)
    assert all("spans" in document for document in text)
    for document in make(text):
        assert "spans" not in document
        assert "-x-" in document["language"]
