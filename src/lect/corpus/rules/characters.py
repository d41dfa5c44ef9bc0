"""What kind of character each one is, as bits in an array over a string."""

import numpy as np
import regex  # type: ignore[import-untyped]

from lect.languages.scripts import PARTS, UNSPACED

SPACE, WORD, SYMBOL, CLUSTER, MARK = range(5)
"""Kinds: white space; of a spaced word; any other visible character; a letter of a script without spaces between
words, and a mark upon one."""
KIND, ALPHABETIC, DIGIT, TERMINAL, SINGULAR, _KNOWN = 7, 8, 16, 32, 64, 128
"""Bits: the kind (the lowest three); a letter (`str.isalpha`); a decimal digit; ends a sentence (Unicode
Sentence_Terminal); a symbol that running text rarely has (Unicode S*, and # % & * @ / \\ _ among the punctuation)."""

# Leke has a code of ISO 15924 but is not in Unicode.
_UNSPACED = "".join(
    rf"\p{{Script={part}}}"
    for part in sorted({part for code in UNSPACED for part in PARTS.get(code, {code})} - {"Leke"})
)
_TESTS = {
    WORD: r"\w",
    CLUSTER: rf"[\p{{L}}&&[{_UNSPACED}]]",
    MARK: rf"[\p{{M}}&&[{_UNSPACED}]]",
    SPACE: r"\s",
}
_KINDS = {kind: regex.compile(test, regex.V1) for kind, test in _TESTS.items()}
_BITS = {
    DIGIT: regex.compile(r"\p{Nd}"),
    TERMINAL: regex.compile(r"\p{Sentence_Terminal}"),
    SINGULAR: regex.compile(r"[\p{S}#%&*@/\\_\p{Cn}\p{Co}]"),
}
WORDS = regex.compile(rf"[\p{{L}}&&[{_UNSPACED}]]\p{{M}}*|[\p{{L}}\p{{M}}--[{_UNSPACED}]]+", regex.V1)
"""Words in the sense of `layouts.Layout`, those of letters only."""
_table = np.zeros(0x110000, np.uint8)  # filled as characters are met: the whole of Unicode would take a second


def codes_of(string: str) -> np.ndarray:
    """Return the code points of a string, uint32 [characters]; a lone surrogate is its own code point."""
    return np.frombuffer(string.encode("utf-32-le", "surrogatepass"), np.uint32)


def bits_of(codes: np.ndarray) -> np.ndarray:
    """Return kind and bits of each code point, uint8 [characters].

    >>> [int(bits & KIND) for bits in bits_of(codes_of("a .語"))] == [WORD, SPACE, SYMBOL, CLUSTER]
    True
    """
    bits = _table[codes]
    unknown = codes[bits == 0]
    if len(unknown):
        for code in np.unique(unknown).tolist():
            _table[code] = _KNOWN | _look_up(chr(code))
        bits = _table[codes]
    return bits


def _look_up(character: str) -> int:
    kinds = [kind for kind, test in _KINDS.items() if test.match(character)] or [SYMBOL]
    bits = sum(bit for bit, test in _BITS.items() if test.match(character))
    return kinds[-1] | bits | (ALPHABETIC if character.isalpha() else 0)
