"""How a shared vocabulary is divided among languages: what each gets, and what they share."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.spatial.distance import jensenshannon

from lect.artifacts.errors import LectError
from lect.artifacts.results import Score
from lect.vocab.chunking import chunked
from lect.vocab.learners.balancing import read_texts
from lect.vocab.measures.measuring import tokenizer_of, unknown_share
from lect.vocab.surfaces import vocabulary_size


@dataclass(frozen=True)
class Allocation:
    """Vocabulary allocation and overlap of several languages under one tokenizer."""

    languages: list[str]
    average_rank: dict[str, float]
    """Σ_v rank(v) d(v) with the most frequent token at rank 0: higher where a language spreads over more tokens."""
    characters_per_token: dict[str, float]
    coverage: dict[str, float]
    """1 − the share of unknown tokens."""
    divergence: np.ndarray
    """Jensen–Shannon divergence in bits of the token distributions, [language, language]: 0 the same use, 1 disjoint."""

    def score(self, metric: str) -> Score:
        """Return "average_rank" over languages or "divergence" over pairs of them, each with (value, 1) as evidence."""
        if metric == "average_rank":
            named = dict(self.average_rank)
        elif metric == "divergence":
            named = {
                f"{one}-{other}": float(self.divergence[row, row + 1 + column])
                for row, one in enumerate(self.languages)
                for column, other in enumerate(self.languages[row + 1 :])
            }
        else:
            raise LectError(f"an allocation is scored by average_rank or divergence, not {metric!r}")
        examples = np.array([[value, 1.0] for value in named.values()])
        return Score(metric, float(examples[:, 0].mean()), len(named), examples, list(named))

    def describe(self) -> str:
        """Return both tables for a person."""
        lines = [f"{'':<12}{'average rank':>14}{'characters':>12}{'coverage':>10}  divergence from …"]
        for row, language in enumerate(self.languages):
            pairs = " ".join(f"{value:.2f}" for value in self.divergence[row])
            lines.append(
                f"{language:<12}{self.average_rank[language]:>14.1f}{self.characters_per_token[language]:>12.2f}"
                f"{self.coverage[language]:>10.2%}  {pairs}"
            )
        return "\n".join(lines)


def allocation(tokenizer: Any, texts: Mapping[str, Any]) -> Allocation:
    """Measure what each language gets of a vocabulary and how much they share of it.

    Average rank, characters per token and Jensen–Shannon divergence of unigram distributions (Limisiewicz et al., 2023,
    "Tokenization Impacts Multilingual Language Modeling", section 3), without special tokens, which their code counts
    with every line. A dict of language → tokenizer stands for NoOverlap: vocabularies side by side, no id shared.
    Compare tokenizers of equal size on equal text only. Not implemented: the tasks that these figures predict.

    >>> allocation(tokenizer, {"fao": "fao.txt", "isl": "isl.txt"}).divergence[0, 1]  # doctest: +SKIP
    """
    found = read_texts(texts)
    own = dict(tokenizer) if isinstance(tokenizer, Mapping) else dict.fromkeys(found, tokenizer)
    if missing := [language for language in found if language not in own]:
        raise LectError(f"no tokenizer for {', '.join(missing)}; there are tokenizers for {', '.join(own)}")
    counts, characters, coverage = {}, {}, {}
    for language, text in found.items():
        one = tokenizer_of(own[language])
        chunks = chunked(one, text.strings())
        counts[language] = chunks.counts(vocabulary_size(one))
        if not (total := int(counts[language].sum())):
            raise LectError(f"the text of {language} has no tokens; pass a text that is not empty")
        sizes = np.array([[len(string)] for string in chunks.texts], dtype=np.int64)
        characters[language] = int(chunks.sums(sizes).sum()) / total
        coverage[language] = 1 - unknown_share(one, chunks)
    shared = not isinstance(tokenizer, Mapping)
    ranks = {language: average_rank(one) for language, one in counts.items()}
    return Allocation(list(found), ranks, characters, coverage, _divergences(list(counts.values()), shared))


def average_rank(counts: np.ndarray) -> float:
    """Return the mean rank of a running token, the most frequent token having rank 0: (V − 1) / 2 if all are alike."""
    ordered = np.sort(np.asarray(counts, dtype=np.float64))[::-1]
    return float(ordered @ np.arange(len(ordered)) / ordered.sum())


def divergence(one: np.ndarray, other: np.ndarray) -> float:
    """Return the Jensen–Shannon divergence of two counts over the same ids, in bits: from 0 to 1, symmetric."""
    if np.array_equal(one, other):
        return 0.0
    low, high = sorted((one, other), key=lambda counts: counts.tobytes())  # sums in one order: symmetric to the bit
    return float(np.nan_to_num(jensenshannon(low, high, base=2)) ** 2)  # scipy returns the square root


def _divergences(counts: list[np.ndarray], shared: bool) -> np.ndarray:
    size = len(counts)
    found = np.zeros((size, size))
    for row in range(size):
        for column in range(row + 1, size):
            one, other = counts[row], counts[column]
            if not shared:  # side by side: the ids of one stand after those of the other
                one, other = np.append(one, np.zeros_like(other)), np.append(np.zeros_like(one), other)
            found[row, column] = found[column, row] = divergence(one, other)
    return found
