"""Sentences as two tokenizers cut them: which piece begins a word, and how deep into a word the others lie."""

import unicodedata
from dataclasses import dataclass
from typing import Any

MARKERS = ("▁", "Ġ", "##")
DEPTHS = 4  # shades: the first piece of a word, the second, the third, all further ones
_SPACED = 1 / 25  # spaces a character from which a text counts as written with spaces between words


@dataclass(frozen=True)
class Piece:
    """One piece as it is shown: its text, its shade (0: first of a word), whether a space comes before it."""

    text: str
    depth: int
    spaced: bool


def shade(text: str, pieces: list[str]) -> list[Piece]:
    """Return the pieces of `text` with their shades: the deeper into a word, the warmer.

    Pieces may carry their spaces, or the marks of their tokenizer for them. In a script without spaces between
    words nobody can say where
    a word begins; there the shades only alternate. Punctuation begins anew.

    >>> [(piece.text, piece.depth) for piece in shade("a house", ["a", " ho", "use"])]
    [('a', 0), ('ho', 0), ('use', 1)]
    """
    spaces = sum(character.isspace() for character in text)
    worded = spaces >= _SPACED * len(text) or len(pieces) <= 2
    cursor, depth = 0, -1
    shown: list[Piece] = []
    for number, piece in enumerate(pieces):
        bare = _bare(piece)
        at = text.find(bare, cursor) if bare else -1
        spaced = piece != piece.lstrip() or piece.startswith(MARKERS[:2]) or (at >= 0 and text[cursor:at].isspace())
        cursor = at + len(bare) if at >= 0 else cursor
        if not bare and spaced:
            depth = -1
            continue
        mark = bool(bare) and all(unicodedata.category(character)[0] in "PS" for character in bare)
        depth = -1 if mark else 0 if spaced else depth + 1
        shown.append(Piece(bare, max(0, min(depth, DEPTHS - 1)) if worded else number % 2, spaced and bool(shown)))
    return shown


def _bare(piece: str) -> str:
    stripped = piece.strip()
    for marker in MARKERS:
        if stripped.startswith(marker) and len(stripped) > len(marker):
            stripped = stripped.removeprefix(marker)
    return "" if stripped in MARKERS[:2] else stripped


def compare(segmentation: dict[str, Any]) -> dict[str, Any]:
    """Return a segmentation ready to show: both sides shaded and counted, and what the second saves of the pieces."""
    before, after = len(segmentation["before"]), len(segmentation["after"])
    return {
        "text": segmentation["text"],
        "sides": [
            {"name": name, "count": len(segmentation[side]), "pieces": shade(segmentation["text"], segmentation[side])}
            for name, side in (("base", "before"), ("adapted", "after"))
        ],
        "same": segmentation["before"] == segmentation["after"],
        "saving": round(100 * (1 - after / before)) if before else 0,
    }
