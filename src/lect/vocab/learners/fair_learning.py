"""A tokenizer under which no language pays much more than another for the same content."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lect.artifacts.errors import LectError
from lect.vocab.learners.balancing import blend, read_texts
from lect.vocab.learners.learning import learn
from lect.vocab.measures.premiums import parity, read_parallel_texts, reference_of

FAIR = 1.1
"""Tokens of the costliest over tokens of the cheapest language at which the search is content."""


@dataclass(frozen=True)
class Round:
    """One tokenizer that was tried: the shares of text it learned from, and what each language then paid."""

    weights: dict[str, float]
    """Language → share of the text, adding up to 1."""
    premiums: dict[str, float]
    """Language → tokens over those of the reference language."""
    disparity: float
    """The largest premium over the smallest."""


@dataclass(frozen=True)
class Fair:
    """The fairest tokenizer of the rounds, the shares that made it, and all rounds in order."""

    tokenizer: Any
    weights: dict[str, float]
    history: tuple[Round, ...]


def learn_fair(
    texts: Mapping[str, Any],
    parallel: Mapping[str, Any],
    *,
    kind: str = "bpe",
    size: int = 16_000,
    reference: str = "eng",
    eta: float = 2.0,
    rounds: int = 10,
) -> Fair:
    """Learn a tokenizer from shares of text that are changed until all languages pay alike for the same content.

    From equal shares on, w_l ← w_l · premium_l^eta, scaled to add up to 1, until the costliest language takes less than
    1.1 times the tokens of the cheapest, or `rounds` tokenizers are learned; the one with the smallest such ratio is
    returned. The aim is that of Petrov et al. (2023, section 6), the update is ours. Every round learns from as many
    bytes as `texts` have together; a text that is shorter than its share is repeated. `parallel` are the same sentences
    in the same languages, on which premiums are measured: report them on other sentences (`parity.split_parallel`).

    >>> learn_fair({"fao": "fao.txt", "eng": "eng.txt"}, dev, size=8_000).weights  # doctest: +SKIP
    """
    corpora, sentences = read_texts(texts), read_parallel_texts(parallel)
    if corpora.keys() != sentences.keys():
        raise LectError(
            f"the texts are in {', '.join(sorted(corpora))}, the parallel sentences in {', '.join(sorted(sentences))}; "
            "pass the same languages"
        )
    if rounds < 1 or not eta > 0:
        raise LectError(f"rounds must be at least 1 and eta above 0; found {rounds} and {eta}")
    reference = reference_of(reference, sentences)
    total = sum(text.megabytes for text in corpora.values())
    weights = dict.fromkeys(corpora, 1 / len(corpora))
    history: list[Round] = []
    best: Any = None
    while len(history) < rounds:
        mixed = blend(corpora, {language: weight * total for language, weight in weights.items()})
        tokenizer = learn(mixed, kind=kind, size=size)
        costs = parity(tokenizer, sentences, reference=reference)
        premiums = {language: costs.premium(language) for language in corpora}
        if not history or costs.disparity < min(one.disparity for one in history):
            best = Fair(tokenizer, weights, ())
        history.append(Round(weights, premiums, costs.disparity))
        if costs.disparity < FAIR:
            break
        weights = _scaled({language: weights[language] * premiums[language] ** eta for language in corpora})
    return Fair(best.tokenizer, best.weights, tuple(history))


def _scaled(weights: dict[str, float]) -> dict[str, float]:
    total = sum(weights.values())
    return {language: weight / total for language, weight in weights.items()}
