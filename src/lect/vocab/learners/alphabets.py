"""What every learned vocabulary starts with: special tokens, bytes, and the characters that a text is mostly made of."""

from collections import Counter
from collections.abc import Mapping

from lect.artifacts.errors import LectError

SPECIALS = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
"""Ids 0 to 4 of a learned tokenizer, in RoBERTa's order: RoBERTa counts positions from the padding id."""
BYTE_TOKENS = tuple(f"<0x{byte:02X}>" for byte in range(256))
_COVERAGE = 0.9995  # share of characters that get a token of their own; the rest are bytes (SentencePiece's default)


def cover(words: Mapping[str, int]) -> set[str]:
    """Return the most frequent characters of the words that make up all but 0.05 % of them."""
    counts: Counter[str] = Counter()
    for word, times in words.items():
        for character in word:
            counts[character] += times
    wanted, covered = _COVERAGE * sum(counts.values()), set()
    for character, times in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        if wanted <= 0:
            break
        covered.add(character)
        wanted -= times
    return covered


def stretches(words: Mapping[str, int], covered: set[str]) -> Counter[str]:
    """Return the stretches of covered characters with their counts; line breaks, too, are left to bytes."""
    parts: Counter[str] = Counter()
    for word, times in words.items():
        for stretch in "".join(character if character in covered else "\n" for character in word).splitlines():
            parts[stretch] += times
    parts.pop("", None)
    return parts


def expect_room(size: int, least: int, what: str) -> None:
    """Refuse a size that has no room for the tokens that a vocabulary cannot do without."""
    if size < least:
        raise LectError(f"size={size} has no room for {what}. The smallest size for this text is {least}.")
