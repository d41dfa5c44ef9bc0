"""One table of statistics for all rules: each document is cut into words and lines once."""

from collections.abc import Iterable, Sequence

import numpy as np

from lect.artifacts.errors import LectError
from lect.corpus.rules.characters import TERMINAL
from lect.corpus.rules.keeping_lines import kept_sentences
from lect.corpus.rules.layouts import LETTERS_A_WORD, LONGEST, Layout, batches_of
from lect.corpus.rules.repetition import repeated_ngrams, repeated_spans
from lect.corpus.rules.stop_words import stop_words_of

STATISTICS = {
    "characters": "characters, white space counted",
    "words": "words; two letters of a script without spaces between words count as one",
    "lines": "lines that are not blank",
    "mean_word_length": "characters of a word; not a number where most letters are of a script without spaces",
    "hashes_per_word": "signs # for each word or run of symbols",
    "ellipses_per_word": "ellipses (... or …) for each word or run of symbols",
    "bullet_lines": "share of the lines that start with • or -",
    "ellipsis_lines": "share of the lines that end with an ellipsis",
    "alphabetic_words": "share of words (or single letters, in a script without spaces) and runs of symbols that have a letter",
    "stop_words": "different stop words; not a number where none are known",
    "duplicate_lines": "share of the lines that repeat an earlier one",
    "duplicate_line_characters": "characters of these lines, share of all characters",
    "duplicate_line_text": "characters of these lines, share of all characters but line breaks (FineWeb's)",
    "duplicate_paragraphs": "share of the paragraphs that repeat an earlier one",
    "duplicate_paragraph_characters": "characters of these paragraphs, share of all characters",
    **{f"top_{n}_gram": f"characters of the most frequent {n}-gram of words, share of all" for n in range(2, 5)},
    **{f"duplicate_{n}_grams": f"characters of repeated {n}-grams of words, share of all" for n in range(5, 11)},
    "terminal_lines": "share of the lines that end with a mark that ends sentences",
    "short_lines": "share of the lines of at most 30 characters",
    "line_breaks_per_word": "line breaks for each word or run of symbols",
    "words_per_line": "words of a line",
    "long_lines": "lines of at least 200 characters",
    "curly_brackets": "opening curly brackets",
    "placeholders": "times that it says 'lorem ipsum'",
    "kept_sentences": "sentences of the lines that C4 keeps",
}
"""What each column of the table says. Shares are from 0 to 1."""
_SHORT, _LONG = 30, 200  # characters of a line, of FineWeb and of mC4
_BULLETS = (ord("•"), ord("-"))


def measure(texts: Sequence[str], *, language: str, stop_words: Iterable[str] | None = None) -> dict[str, np.ndarray]:
    """Return all statistics that the rules of Gopher, C4, FineWeb and HPLT need, float64 [documents] each.

    `STATISTICS` says what they are; where a paper leaves it open they are those of datatrove, up to the cut into
    words. Ours differ in this: a bullet (•) or a sign such as € is no word; blank lines and white space at the ends of
    lines do not count; a line ends at a line feed only. Only the first two million characters of a document are looked
    at. `stop_words` are by default those known of the language (`stop_words_of`).

    >>> table = measure(["Gott kvøld. Gott kvøld.", "語"], language="fao")
    >>> table["words"].tolist(), table["top_2_gram"].round(2).tolist()
    ([4.0, 0.5], [0.87, 0.0])
    """
    if isinstance(texts, str):
        raise LectError("measure takes a list of texts, found one string; pass [text]")
    known = stop_words_of(language) if stop_words is None else frozenset(stop_words)
    tables = [_measure(texts[batch], known) for batch in batches_of(texts)]
    return {name: np.concatenate([np.zeros(0), *(table[name] for table in tables)]) for name in STATISTICS}


def _measure(texts: Sequence[str], stop_words: frozenset[str]) -> dict[str, np.ndarray]:
    layout = Layout(texts)
    weights = np.where(layout.unspaced, 1 / LETTERS_A_WORD, 1.0)
    tokens = layout.total(weights)
    with np.errstate(divide="ignore", invalid="ignore"):
        table = (
            _of_words(layout, texts, weights, tokens)
            | _of_lines(layout, texts)
            | {name: _share(values, layout.characters) for name, values in repeated_ngrams(layout).items()}
        )
        table["line_breaks_per_word"] = _share(_counts(texts, "\n"), tokens)
    table["characters"] = np.fromiter(map(len, texts), np.float64, len(texts))
    table["words_per_line"] = _share(table["words"], table["lines"])
    table["stop_words"] = _stop_words(layout, stop_words)
    table["kept_sentences"], table["placeholders"] = kept_sentences(layout, weights)
    return table


def _of_words(layout: Layout, texts: Sequence[str], weights: np.ndarray, tokens: np.ndarray) -> dict[str, np.ndarray]:
    words = layout.total(weights * layout.words)
    letters = layout.total((layout.ends - layout.starts) * layout.words)
    return {
        "words": words,
        "mean_word_length": np.where(layout.unspaced_documents, np.nan, _share(letters, words)),
        "hashes_per_word": _share(_counts(texts, "#"), tokens),
        "ellipses_per_word": _share(_counts(texts, "...") + _counts(texts, "…"), tokens),
        "alphabetic_words": _share(layout.total(layout.alphabetic), np.diff(layout.first)),
        "curly_brackets": _counts(texts, "{"),
    }


def _of_lines(layout: Layout, texts: Sequence[str]) -> dict[str, np.ndarray]:
    lines, paragraphs = layout.lines, layout.paragraphs
    starts, ends = layout.starts[lines.tokens], layout.ends[lines.until - 1]
    last, length = layout.codes[ends - 1], ends - starts
    before = [layout.codes[np.maximum(ends - back, starts)] == ord(".") for back in (1, 2, 3)]
    ellipsis = (last == ord("…")) | ((length > 2) & np.logical_and.reduce(before))
    total = layout.total_of(lines, np.ones(len(starts)))
    of = {
        "bullet_lines": np.isin(layout.codes[starts], _BULLETS),
        "ellipsis_lines": ellipsis,
        "terminal_lines": layout.bits[ends - 1] & TERMINAL != 0,
        "short_lines": length <= _SHORT,
    }
    table = {name: _share(layout.total_of(lines, marked), total) for name, marked in of.items()}
    repeated, characters = repeated_spans(layout, lines)
    table["duplicate_lines"] = _share(repeated, total)
    table["duplicate_line_characters"] = _share(characters, layout.characters)
    table["duplicate_line_text"] = _share(characters, layout.characters - _counts(texts, "\n"))
    repeated, characters = repeated_spans(layout, paragraphs)
    table["duplicate_paragraphs"] = _share(repeated, layout.total_of(paragraphs, np.ones(len(paragraphs.tokens))))
    table["duplicate_paragraph_characters"] = _share(characters, layout.characters)
    return table | {"lines": total, "long_lines": layout.total_of(lines, length >= _LONG)}


def _stop_words(layout: Layout, stop_words: frozenset[str]) -> np.ndarray:
    if not stop_words:
        return np.full(len(layout), np.nan)
    listed = Layout(sorted(stop_words))
    known = np.unique(listed.words_hashed[listed.words])
    rows = np.minimum(np.searchsorted(known, layout.words_hashed), len(known) - 1)
    hits = np.flatnonzero(known[rows] == layout.words_hashed)
    different = np.unique(layout.documents[hits] * len(known) + rows[hits]) // len(known)
    return np.bincount(different, minlength=len(layout)).astype(np.float64)


def _counts(texts: Sequence[str], sign: str) -> np.ndarray:
    return np.fromiter((text.count(sign, 0, LONGEST) for text in texts), np.float64, len(texts))


def _share(values: np.ndarray, of: np.ndarray) -> np.ndarray:
    """Divide; nothing of nothing is 0."""
    return np.divide(values, of, out=np.zeros(len(values)), where=of > 0)
