"""Words as texts are compared: without case, marks and spaces; in scripts without spaces, characters."""

import unicodedata

import regex  # type: ignore[import-untyped]

_UNSPACED = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}]"
_WORD = regex.compile(rf"(?V1){_UNSPACED}\p{{M}}*|[[\p{{L}}\p{{M}}\p{{N}}]--{_UNSPACED}]+")
_ONE_UNSPACED = regex.compile(rf"{_UNSPACED}\p{{M}}*")
CHARACTERS_A_WORD = 2  # of a script without spaces


def fold(text: str) -> str:
    """Return a text without differences of case and of compatibility forms (Unicode NFKC, case folding)."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


def words(text: str) -> list[str]:
    """Return the folded words of a text; every character, with its marks, of a script without spaces is one.

    >>> words("It's 東京, Þóra!")
    ['it', 's', '東', '京', 'þóra']
    """
    found: list[str] = _WORD.findall(fold(text))
    return found


def word_spans(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of the words of a text as it is written."""
    return [found.span() for found in _WORD.finditer(text)]


def is_unspaced(found: list[str]) -> bool:
    """Say whether most of the words are single characters of a script without spaces."""
    return 2 * sum(_ONE_UNSPACED.fullmatch(word) is not None for word in found) > len(found)
