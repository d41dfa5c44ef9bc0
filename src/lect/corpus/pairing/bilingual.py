"""Incidental bilingualism: documents of one language that hold a stretch of another (Briakou et al., 2023)."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from lect.artifacts.errors import LectError
from lect.corpus.pairing.glossaries import find_columns
from lect.corpus.pairing.segments import Piece, cut_pieces

Identify = Callable[[Sequence[str]], Sequence[str]]
"""Texts → the label of each one's language; "" or "und" where it cannot be told."""
REASON = "bilingual"
UNKNOWN = ("", "und")
_SHARE = 0.25  # of a text, from which short stretches count together
_TELLING = 4  # words from which the label of a piece by itself is listened to


@dataclass(frozen=True)
class Stretch:
    """A part of a text, from `start` to `end` (characters), in one language."""

    start: int
    end: int
    language: str
    words: int


@dataclass(frozen=True)
class Bilinguals:
    """What was found, one item a text: its main language, its stretches in other languages, and "" or `bilingual`."""

    languages: list[str]
    stretches: list[list[Stretch]] = field(repr=False)
    reasons: list[str] = field(repr=False)

    def counts(self) -> Counter[tuple[str, str]]:
        """Return how many texts there are of each (main language, other language)."""
        return Counter(
            (main, other)
            for main, found in zip(self.languages, self.stretches, strict=True)
            for other in {one.language for one in found}
        )


def find_bilingual(texts: Sequence[str], identify: Identify, *, language: str = "", least: int = 10) -> Bilinguals:
    """Find the texts that hold at least `least` words in a row of another language than their main one.

    Texts are cut at marks of punctuation into pieces of at most 12 words, and `identify` is asked for each; pieces of
    fewer than 4 words, and unknown ones, take the language that both neighbors share, else that of the one before.
    Stretches of another language that are shorter than `least` count as the main one, so that foreign words and names
    do not make a text bilingual, unless together they are a quarter of the text and twice `least` (ours: a phrasebook
    changes its language with every line). What is left is asked again as a whole, and in halves if it is long, and must
    keep its label. Tables of words and translations (`word – orð`, line by line) are asked column by column. The main language
    of a text is the label `language` where it has at least `least` words, else that with most words. The paper tags
    tokens with a model of its own (CMX); ours are pieces. A text is best a model's window (`cut_instances`).

    >>> said = "Hon fór heim til hús. " * 4 + "The old man went home to see the sea again."
    >>> find_bilingual([said], lambda ones: ["eng" if " the " in one.lower() else "fao" for one in ones]).reasons
    ['bilingual']
    """
    if least < 1:
        raise LectError(f"least must be at least 1 word, not {least}")
    pieces = [cut_pieces(text) for text in texts]
    asked = _ask(identify, [text[one.start : one.end] for text, row in zip(texts, pieces, strict=True) for one in row])
    labels = iter(asked)
    rows = [[(one, next(labels)) for one in row] for row in pieces]
    languages = [_main_language(row, language, least) for row in rows]
    runs = [_join(_smooth(row), main, least) for row, main in zip(rows, languages, strict=True)]
    kept = _confirm(texts, runs, identify)
    for number, columns in enumerate(find_columns(texts)):
        if columns and not kept[number]:
            kept[number] = _foreign_column(texts[number], columns, languages[number], identify, least)
    return Bilinguals(languages, kept, [REASON if found else "" for found in kept])


def _ask(identify: Identify, strings: Sequence[str]) -> list[str]:
    labels = list(identify(strings)) if strings else []
    if len(labels) != len(strings):
        raise LectError(f"identify gave {len(labels)} labels for {len(strings)} texts; expected one for each")
    return labels


def _main_language(row: Sequence[tuple[Piece, str]], expected: str, least: int) -> str:
    """Return the expected language if it is there, else the one with the most words; "" where none is known."""
    words: dict[str, int] = defaultdict(int)
    for piece, label in row:
        if label not in UNKNOWN and piece.words >= _TELLING:
            words[label] += piece.words
    if expected and words[expected] >= least:
        return expected
    return min(filter(words.get, words), key=lambda label: (-words[label], label), default="")


def _smooth(row: Sequence[tuple[Piece, str]]) -> list[tuple[Piece, str]]:
    """Let short and unknown pieces follow their neighbors."""
    sure = [label if piece.words >= _TELLING and label not in UNKNOWN else "" for piece, label in row]
    before, after = list(sure), list(sure)
    for at in range(1, len(row)):
        before[at] = sure[at] or before[at - 1]
        after[-at - 1] = sure[-at - 1] or after[-at]
    return [(piece, one or other) for (piece, _), one, other in zip(row, before, after, strict=True)]


def _join(row: Sequence[tuple[Piece, str]], main: str, least: int) -> list[Stretch]:
    """Return the runs of pieces in another language than the main one that are long enough, alone or together."""
    runs = []
    for label, run in groupby(row, key=lambda one: one[1]):
        pieces = [piece for piece, _ in run]
        runs.append(Stretch(pieces[0].start, pieces[-1].end, label, sum(piece.words for piece in pieces)))
    totals: Counter[str] = Counter()
    for one in runs:
        totals[one.language] += one.words
    enough = max(2 * least, _SHARE * totals.total())
    return [
        one
        for one in runs
        if one.language not in (main, *UNKNOWN)
        and (one.words >= least or (one.words >= _TELLING and totals[one.language] >= enough))
    ]


def _confirm(texts: Sequence[str], runs: list[list[Stretch]], identify: Identify) -> list[list[Stretch]]:
    """Keep the stretches that are labeled the same as a whole, and in both halves where these are long."""
    asked, owners = [], []
    for number, found in enumerate(runs):
        for one in found:
            said = texts[number][one.start : one.end]
            middle = said.rfind(" ", 0, len(said) // 2 + 1)
            halves = [said[:middle], said[middle:]] if one.words >= 4 * _TELLING and middle > 0 else []
            asked += [said, *halves]
            owners += [(number, one)] * (1 + len(halves))
    wrong = {owner for owner, label in zip(owners, _ask(identify, asked), strict=True) if label != owner[1].language}
    return [[one for one in found if (number, one) not in wrong] for number, found in enumerate(runs)]


def _foreign_column(
    text: str, columns: list[list[tuple[int, int]]], main: str, identify: Identify, least: int
) -> list[Stretch]:
    """Return the cells of a table as stretches, if its columns are in different languages."""
    labels = _ask(identify, [" ".join(text[a:b] for a, b in column) for column in columns])
    if len(set(labels) - set(UNKNOWN)) < len(columns):
        return []
    other = 0 if labels[1] == main else 1
    words = sum(len(text[a:b].split()) for a, b in columns[other])
    cells = [Stretch(a, b, labels[other], len(text[a:b].split())) for a, b in columns[other]]
    return cells if words >= least else []
