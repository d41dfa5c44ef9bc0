"""The web document score of HPLT: how much of a page is running text of its language."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from lect.artifacts.errors import LectError
from lect.corpus.rules.characters import CLUSTER, DIGIT, KIND, SINGULAR, SYMBOL, WORD
from lect.corpus.rules.layouts import LONGEST, Layout, batches_of
from lect.corpus.rules.repetition import groups_of, salted
from lect.languages.finding import find

PENALTIES = ("urls", "numbers", "punctuation", "singular", "repeated", "informativeness", "short_segments")
SCORES = ("score", "language", "long_segments", "great_segment", *PENALTIES, "penalty")
"""The columns of `score_documents`."""


@dataclass(frozen=True)
class Medians:
    """Digits, punctuation and singular characters of typical pages in a language, percent of their letters."""

    numbers: float
    punctuation: float
    singular: float


SPANISH = Medians(1.3, 2.4, 0.3)
"""The language that the bounds were made for; figures of HPLT."""
_SHORT, _LONG, _GREAT = 30.0, 250.0, (625.0, 1000.0)  # letters of a segment, Spanish
_LETTERS_PER_URL = 2400
_SIZES = (250, 500, 1000, 2000, 5000, 10_000, 30_000, 100_000)
_REDUCTIONS = {
    "": (29, 37, 46, 52, 58, 61, 63, 65),
    "Deva Beng Telu Tibt Geor Gujr Khmr Knda Laoo Mlym Mymr Orya Sinh Taml Thai Olck": (39, 50, 60, 65, 70, 73, 74, 75),
    "Arab Aran Armn Ethi Guru Hebr": (37, 45, 54, 60, 65, 67, 69, 70),
    "Hans Hant Hani": (11, 21, 31, 40, 48, 53, 56, 58),
}
"""Percent by which zstd shortens clean text of so many bytes of UTF-8, by script: ours, medians over 30 texts (Bibles, the
Universal Declaration of Human Rights, running text) in the groups of HPLT."""


def score_documents(
    texts: Sequence[str],
    *,
    language: str,
    own: Sequence[Sequence[bool]] | None = None,
    medians: Medians = SPANISH,
) -> dict[str, np.ndarray]:
    r"""Return the web document score and its parts, 0 (worst) to 1, float64 [documents] each.

    score = (0.8 language + 0.1 long_segments + 0.1 great_segment) × penalty, after the descriptions of HPLT 3.0 and of
    its tool (web-docs-scorer; GPL, none of its code is here), with bounds of Spanish scaled by `medians`. `own` says of
    every segment (`text.split("\n")`) whether it is in the language; without it all are. language: letters of own
    segments over letters of all, segments under 30 letters ignored. short_segments falls with the spread of segment
    lengths, 1 / (1 + coefficient of variation) below 0.6: so does the tool, though its README has it rise. Letters,
    digits and signs are those of Unicode, not the tool's ranges; its modifiers for single segments are not here.

    >>> scores = score_documents(["Heim | Um okkum | Samband\n" * 9], language="fao")
    >>> bool(scores["score"][0] < 0.4)
    True
    """
    script = find(language).script
    reductions = next((row for names, row in _REDUCTIONS.items() if script in names.split()), _REDUCTIONS[""])
    if own is not None and [len(flags) for flags in own] != [text.count("\n") + 1 for text in texts]:
        raise LectError("own needs one value for each segment of each text, that is of text.split('\\n')")
    tables = [
        _score(texts[part], own[part] if own is not None else None, medians, reductions) for part in batches_of(texts)
    ]
    return {name: np.concatenate([np.zeros(0), *(table[name] for table in tables)]) for name in SCORES}


def combine_penalties(parts: np.ndarray) -> np.ndarray:
    """Return the penalty of each document, float64 [documents], from its parts [parts, documents].

    The product of P^e with e = 3 P^-2.9 / sum of P^-2.9: the exponents add up to three and the worst part weighs most.
    A part under 0.1 makes it 0.

    >>> combine_penalties(np.array([[1, 1, 1, 0.92, 0.89, 1, 0.84]]).T).round(3).tolist()
    [0.818]
    """
    worst = (parts < 0.1).any(axis=0)
    safe = np.where(parts < 0.1, 1.0, parts)
    weights = safe**-2.9
    return np.where(worst, 0.0, np.prod(safe ** (3 * weights / weights.sum(axis=0)), axis=0))


def learn_medians(texts: Sequence[str]) -> Medians:
    """Return the medians of documents that are typical pages of a language.

    >>> learn_medians(["Árið 2024, sum var."]).punctuation
    20.0
    """
    shares = [_shares(Layout(texts[part])) for part in batches_of(texts)]
    if not shares:
        raise LectError("there are no documents to learn medians from")
    return Medians(*(float(np.median(np.concatenate(column)) * 100) for column in zip(*shares, strict=True)))


def _score(
    texts: Sequence[str], own: Sequence[Sequence[bool]] | None, medians: Medians, reductions: Sequence[int]
) -> dict[str, np.ndarray]:
    layout = Layout(texts)
    breaks = np.flatnonzero(layout.codes == ord("\n"))
    documents = np.searchsorted(layout.offsets, breaks, side="right") - 1
    letters = np.diff(np.concatenate([[0], np.cumsum(_letters(layout))[breaks]]))
    flags = np.ones(len(breaks), bool)
    if own is not None:
        cut = np.bincount(documents, minlength=len(texts))  # a text that is too long has lost its last segments
        flags = np.concatenate([np.asarray(one, bool)[:size] for one, size in zip(own, cut, strict=True)])
    sizes = SPANISH.punctuation / medians.punctuation if medians.punctuation > 0 else 1.0
    table = _of_segments(documents, letters, flags, sizes, len(texts))
    table |= _of_signs(layout, texts, medians)
    table["repeated"] = 1 - _repeated(layout)
    table["informativeness"] = np.array([_informativeness(text, reductions) for text in texts])
    table["penalty"] = combine_penalties(np.stack([table[name] for name in PENALTIES]))
    basic = 0.8 * table["language"] + 0.1 * table["long_segments"] + 0.1 * table["great_segment"]
    return table | {"score": basic * table["penalty"]}


def _letters(layout: Layout) -> np.ndarray:
    kinds = layout.bits & KIND
    return ((kinds == WORD) | (kinds >= CLUSTER)) & (layout.bits & (DIGIT | SINGULAR) == 0)


def _of_segments(
    documents: np.ndarray, letters: np.ndarray, own: np.ndarray, sizes: float, count: int
) -> dict[str, np.ndarray]:
    def total(values: np.ndarray) -> np.ndarray:
        return np.bincount(documents, values, minlength=count)

    counted = letters * (letters >= _SHORT * sizes)
    great = own & (letters > _GREAT[0] * sizes)
    mean = _share(total(letters * great), total(great))
    used = letters > 0
    capped = np.minimum(letters, _LONG * sizes) * used
    number, first, second = total(used), total(capped), total(capped**2)
    deviation = np.sqrt(np.maximum(_share(second, number) - _share(first, number) ** 2, 0))
    steadiness = 1 / (1 + _share(deviation, _share(first, number)))
    return {
        "language": _share(total(counted * own), total(counted)),
        "long_segments": np.minimum(total(own & (letters >= _LONG * sizes)) / 10, 1),
        "great_segment": np.interp(mean, np.array(_GREAT) * sizes, (0, 1)),
        "short_segments": np.where(number < 5, 1.0, np.interp(steadiness, (0, 0.6), (0.5, 1))),
    }


def _shares(layout: Layout) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return digits, punctuation and singular characters for each letter, float64 [documents] each."""
    kinds, bits = layout.bits & KIND, layout.bits
    singular = bits & SINGULAR != 0
    marked = (bits & DIGIT != 0, (kinds == SYMBOL) & ~singular, singular)
    letters = _per_document(layout, _letters(layout))
    first, second, third = (_share(_per_document(layout, one), letters, empty=np.inf) for one in marked)
    return first, second, third


def _per_document(layout: Layout, marked: np.ndarray) -> np.ndarray:
    return np.diff(np.concatenate([[0], np.cumsum(marked)])[layout.offsets]).astype(np.float64)


def _of_signs(layout: Layout, texts: Sequence[str], medians: Medians) -> dict[str, np.ndarray]:
    numbers, punctuation, singular = (share * 100 for share in _shares(layout))
    letters = _per_document(layout, _letters(layout))
    heads = [text[:LONGEST] for text in texts]
    urls = np.array([text.count("http") + text.count("www") - text.count("://www") for text in heads], np.float64)
    # Clean text has fewer digits and odd signs than pages of the web, so its medians may only loosen these two.
    digits = max(1.0, medians.numbers / SPANISH.numbers)
    odd = max(1.0, medians.singular / SPANISH.singular)
    marks = medians.punctuation / SPANISH.punctuation if medians.punctuation > 0 else 1.0
    return {
        "urls": np.interp(_share(urls * _LETTERS_PER_URL, letters, empty=np.inf), (3, 10), (1, 0)),
        "numbers": np.interp(numbers, np.array((1, 30)) * digits, (1, 0)),
        "punctuation": np.interp(punctuation, np.array((0.3, 0.5, 0.9, 2.5, 25)) * marks, (0, 0.5, 1, 1, 0)),
        "singular": np.interp(singular, np.array((1, 2, 6, 10)) * odd, (1, 0.7, 0.5, 0)),
    }


def _repeated(layout: Layout) -> np.ndarray:
    """Return the share of segments that occur more than once, all copies counted; float64 [documents]."""
    lines = layout.lines
    starts, ends = layout.starts[lines.tokens], layout.ends[lines.until - 1]
    counted = ends - starts >= 4  # shorter ones number or part the others
    again = counted & (groups_of(salted(layout.hashes(starts, ends), lines.documents)) >= 0)
    return _share(layout.total_of(lines, again), layout.total_of(lines, counted))


def _informativeness(text: str, reductions: Sequence[int]) -> float:
    """Return 1 where zstd shortens a text by about as much as clean text of its length, 0 from 20 points off."""
    raw = text[:LONGEST].encode("utf-8", "surrogatepass")
    if not raw:
        return 0.0
    reduction = 100 * (1 - len(pa.compress(raw, codec="zstd", asbytes=True)) / len(raw))
    off = abs(reduction - float(np.interp(np.log(len(raw)), np.log(_SIZES), reductions)))
    return float(np.interp(off, (10, 15, 20), (1, 0.7, 0)))


def _share(values: np.ndarray, of: np.ndarray, empty: float = 0.0) -> np.ndarray:
    """Divide; of nothing it is `empty`."""
    return np.divide(values, of, out=np.full(len(of), empty), where=of > 0)
