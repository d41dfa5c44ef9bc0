"""Statistics of written texts against their references."""

import unicodedata
from collections.abc import Sequence

import numpy as np

from lect.artifacts.errors import LectError
from lect.artifacts.tasks import Task, Written
from lect.artifacts.tasks.examples import most_frequent
from lect.score.formulas import Floats
from lect.score.statistics.expecting import expect_texts
from lect.score.statistics.numerals import is_number, last_number
from lect.score.statistics.overlaps import bleu_scorer, count_characters, count_words, rouge_l, rouge_words


def text_statistics(task: Task, examples: Sequence[Written], found: Sequence[str]) -> dict[str, Floats]:
    """Return the statistics of every text, the best over its references.

    chrF and BLEU as sacreBLEU; ROUGE-L: F1 of the longest common subsequence of words, or of characters where the
    language writes no spaces; exact match: the same characters in NFC, however they are spaced. Where all references
    are numbers the answer is a number at the end of a text: it is matched, and texts are not compared.
    """
    expect_texts(task.name, found)
    references = [_references(task, example) for example in examples]
    pairs = list(zip(found, references, strict=True))
    exact = {"exact_match": _marks([_plain(text) in map(_plain, gold) for text, gold in pairs])}
    if all(is_number(reference) for gold in references for reference in gold):
        return {"number_match": _marks([last_number(text) in map(last_number, gold) for text, gold in pairs])} | exact
    scorer, words = bleu_scorer(task.language), [rouge_words(text, task.language) for text in found]
    longest = [
        max(rouge_l(said, rouge_words(reference, task.language)) for reference in gold)
        for said, gold in zip(words, references, strict=True)
    ]
    return {
        "chrf": np.array([count_characters(text, gold) for text, gold in pairs]),
        "bleu": np.array([count_words(scorer, text, gold) for text, gold in pairs], dtype=np.float64),
        "rouge_l": _marks(longest),
    } | exact


def first_reference(task: Task, examples: Sequence[Written]) -> list[str]:
    """Answer with the first reference."""
    return [_references(task, example)[0] for example in examples]


def frequent_reference(task: Task, examples: Sequence[Written]) -> list[str]:
    """Answer everything with the most frequent reference of the training part (of the examples, where there is none)."""
    shown = task.splits.get("train") or examples
    return [most_frequent([text for example in shown for text in example.references])] * len(examples)


def _references(task: Task, example: Written) -> list[str]:
    texts = [text for text in example.references if text.strip()]
    if not texts:
        raise LectError(
            f"{task.name}: {example.id or example.source[:40]!r} has no reference; expected at least one text"
        )
    return texts


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _marks(values: Sequence[float]) -> Floats:
    return np.array([(value, 1) for value in values], dtype=np.float64)
